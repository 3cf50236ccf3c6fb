"""THE DEMONSTRATION: a cast, cases in every state, and the processes of a whole site on one machine."""
