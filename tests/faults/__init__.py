"""Faults: real processes are killed, or lose their database, disk or clock; afterwards the invariants hold.

The numbers are those of the table of faults that the project was designed by. On both databases, in their lanes:

    F01  filing and answering, the web server killed at every point          test_filing
    F04  a delivery worker killed at every point, over TLS                   test_outbox
    F05  workers killed at random                                            test_outbox
    F20  raw replies, over TLS                                               test_replies
    F26  a replay killed at each hundred, between its two writes             test_outbox
    F28  a clock that jumps                                                  test_clocks
    L02  a hundred presses at once                                           test_filing
    and the settings that all this stands on                                 test_settings

On PostgreSQL only:

    F07  a file that kills its worker                                        test_queue, shown on one database
    F08  the whole group of a cluster killed, or asked to stop               test_queue, shown on one database
    F09  the server cut off: for a second, for longer than a lease           test_database, a server
    F10  its connections ended                                               test_database, a server
    F11  conflicts of transactions                                           test_database, raised by its triggers
    F14  its volume full (where one can be mounted)                          test_starved
    F29  a machine whose clock is ahead                                      test_clocks, several machines
    F35  another SECRET_KEY                                                  test_queue, shown on one database

On SQLite only:

    F06  idle workers killed; F08, the main process asked to stop            test_queue, shown on one database
    F12  a writer that holds the file                                        test_database, a file
    F13  Redis away; F14, the log and the disk full                          test_starved, a file
    L06  writers and workers at one file                                     test_starved, a file

"Shown on one database": clusters take long to start, and do the same on both. Elsewhere, in the rooms they are about:
F02 in tests/evidence; F17 to F19, F21 to F25 and F27 in tests/platform and tests/lines.
"""
