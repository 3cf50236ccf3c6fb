// The page after sending: a button that prints it; and what waited in this window to be sent waits no more.
import { forgetAll } from "./wizard-unsent.js";

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
forgetAll();
