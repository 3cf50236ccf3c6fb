// A draft that is thrown away leaves nothing in this window either.
import { forgetAll } from "./wizard-unsent.js";

document.querySelector("main form").addEventListener("submit", forgetAll);
