// One file on its way: its line in the list, its progress, and what went wrong in words. All words come from the page.

import { picture, remaining } from "./evidence-pace.js";

const template = document.querySelector("template[data-row]");
export const words = template.dataset;
const SPOKEN = 25; // per cent between two announcements
const MEBIBYTE = 1024 * 1024;

export class Row {
  constructor(file, kind, { retry, gone }) {
    this.file = file;
    this.kind = kind;
    this.state = "waiting";
    this.element = template.content.firstElementChild.cloneNode(true);
    this.part("name").textContent = file.name;
    this.part("size").textContent = file.size < MEBIBYTE / 10 ? `${Math.ceil(file.size / 1024)} KB` : `${(file.size / MEBIBYTE).toFixed(1)} MB`;
    this.part("percent").textContent = words.waiting;
    this.element.querySelector("progress").setAttribute("aria-label", file.name);
    this.name("cancel");
    this.part("retry").addEventListener("click", () => { this.again(true); retry(); });
    this.part("swap").firstElementChild.dataset.kind = kind;
    this.part("swap").addEventListener("change", () => { this.stop(); gone(this); });
    this.part("stop").addEventListener("click", () => { this.stop(); gone(this); });
    if (file.type.startsWith("image/")) picture(this);
  }

  part(name) {
    return this.element.querySelector(`[data-${name}]`);
  }

  name(key) {
    this.part("stop").setAttribute("aria-label", words[key].replace("{name}", this.file.name));
  }

  stop() {
    this.state = "stopped";
    this.request?.abort();
    if (this.upload) this.forget();
    this.element.remove();
  }

  again(asked = false) {
    if (this.state !== "failed" || !(asked || this.lostLine)) return;
    this.state = "waiting";
    this.element.classList.remove("file--bad");
    this.part("error").hidden = true;
    this.part("up").hidden = false;
    this.name("cancel");
  }

  fail(sentence, mayRetry, lostLine = false, isLongFilm = false) {
    this.state = "failed";
    this.lostLine = lostLine;
    this.element.classList.add("file--bad");
    this.part("up").hidden = true;
    this.part("error").hidden = false;
    this.part("sentence").textContent = sentence;
    this.part("retry").hidden = !mayRetry;
    this.part("trim").hidden = !isLongFilm;
    this.part("swap").hidden = mayRetry;
    this.name("drop");
  }

  progress(event, say) {
    const percent = Math.floor((100 * event.loaded) / event.total);
    this.element.querySelector("progress").value = percent;
    const sentence = percent < 100 ? words.sending.replace("{percent}", percent) : words.checking;
    this.part("percent").textContent = sentence;
    this.part("left").textContent = percent < 100 ? remaining(this, event, words.seconds) : "";
    if (Math.floor(percent / SPOKEN) > this.spoken) {
      this.spoken = Math.floor(percent / SPOKEN);
      say(`${this.file.name} ${sentence}`);
    }
  }

  // The line broke, for good it seems: what is sent stays sent, and Try again goes on from there.
  lost(say) {
    this.fail(words.offline, true, true);
    say(`${this.file.name} ${words.offline}`);
  }

  // The line broke just now, and comes back by itself perhaps.
  pause(say) {
    this.part("percent").textContent = words.pausing;
    say(`${this.file.name} ${words.pausing}`);
  }

  // Resolves to the server's answer, or to nothing when the file was stopped or did not arrive.
  send(url, data, say) {
    this.state = "sending";
    this.spoken = 0;
    const request = (this.request = new XMLHttpRequest());
    return new Promise((resolve) => {
      request.upload.addEventListener("progress", (event) => this.progress(event, say));
      request.addEventListener("abort", () => resolve(null));
      request.addEventListener("error", () => { this.lost(say); resolve(null); });
      request.addEventListener("load", () => resolve(this.arrived(request, say)));
      request.open("POST", url);
      request.setRequestHeader("Accept", "application/json");
      request.responseType = "json";
      request.send(data);
    });
  }

  arrived(request, say) {
    const answer = request.status === 200 ? request.response : null;
    if (!answer) this.fail(words.busy, true);
    else if (answer.problems.length) this.fail(answer.problems.join(" "), Boolean(answer.retry));
    else {
      this.state = "done";
      this.element.remove();
    }
    say(this.state === "done" ? words.done.replace("{name}", this.file.name) : `${this.file.name} ${this.part("sentence").textContent}`);
    return answer;
  }
}
