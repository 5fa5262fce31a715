// Everything works without this script; it adds dropping, focus and progress without reloading.
"use strict";

const problem = document.getElementById("problem");
if (problem) problem.focus();

setInterval(() => fetch(`${document.body.dataset.base}here`).catch(() => {}), 30000);

const drop = document.getElementById("drop");
if (drop) {
  const field = document.getElementById("list");
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    if (event.dataTransfer.files.length) field.files = event.dataTransfer.files;
  });
}

const running = document.getElementById("running");
if (running) watch(running);

function watch(place) {
  const phases = document.getElementById("phases");
  const waiting = document.getElementById("waiting");
  const told = document.getElementById("told");
  let said = "";

  const tell = (text) => {
    if (text !== said) told.textContent = said = text;
  };

  const line = (phase) => {
    const id = `phase-${phase.name}`;
    let bar = document.getElementById(id);
    if (!bar) {
      const item = document.createElement("li");
      const label = document.createElement("label");
      bar = document.createElement("progress");
      bar.id = label.htmlFor = id;
      label.textContent = phase.title;
      item.append(label, bar, document.createElement("span"));
      phases.append(item);
    }
    bar.max = phase.total || 1;
    bar.value = phase.done;
    const left = phase.left ? `, about ${phase.left} left` : "";
    bar.nextElementSibling.textContent = `${phase.done} of ${phase.total} ${phase.unit}${left}`;
  };

  const quarter = (phase) => Math.floor((4 * phase.done) / (phase.total || 1)) * 25;

  const look = async () => {
    try {
      const answer = await fetch(place.dataset.now);
      if (!answer.ok) throw new Error();
      const now = await answer.json();
      if (!now.running) return location.assign(place.dataset.after);
      now.phases.forEach(line);
      waiting.textContent = now.waiting;
      const last = now.phases[now.phases.length - 1];
      if (now.waiting) tell(now.waiting);
      else if (last) tell(`${last.title}: ${quarter(last)} percent`);
    } catch {
      tell("batch-offboard does not answer.");
      waiting.textContent =
        "batch-offboard does not answer. If it was closed, start it again: nothing recorded is lost.";
    }
    setTimeout(look, 1000);
  };
  look();
}
