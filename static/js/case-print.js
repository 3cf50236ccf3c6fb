// The page made for paper: offer the printer once it stands. Without scripts the reader's own print button serves.
addEventListener("load", () => print());
