// Everything works without this script; it adds dropping, focus and progress without reloading.
"use strict";

document.getElementById("problem")?.focus();
document.addEventListener("click", (event) => {
  // In the field itself, where the problem's link leads; a form that is long is not searched.
  const link = event.target.closest("#problem a");
  const target = document.getElementById((link?.hash ?? "").slice(1));
  if (!target) return;
  event.preventDefault();
  target.focus();
  target.scrollIntoView({ block: "center" });
});

setInterval(() => fetch(`${document.body.dataset.base}here`).catch(() => {}), 30000);

const drop = document.getElementById("drop");
if (drop) takeList(drop);

function takeList(form) {
  const field = document.getElementById("list");
  const isTooLarge = () => [...field.files].some((each) => each.size > Number(form.dataset.most));

  // What the server would say too, without the wait for a long upload.
  const refuse = () => {
    for (const id of ["problem", "list-error"]) document.getElementById(id)?.remove();
    if (isTooLarge()) {
      const [problem, error] = document.getElementById("too-large").content.cloneNode(true).children;
      document.getElementById("main").prepend(problem);
      field.before(error);
      problem.focus();
    }
    field.setAttribute("aria-invalid", isTooLarge());
    field.setAttribute("aria-describedby", isTooLarge() ? "list-hint list-error" : "list-hint");
    document.title = document.title.replace(/^(Error: )?/, isTooLarge() ? "Error: " : "");
  };

  field.addEventListener("change", refuse);
  form.addEventListener("submit", (event) => {
    if (!isTooLarge()) return;
    event.preventDefault();
    refuse();
  });
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    if (!event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    refuse();
  });
}

for (const row of document.querySelectorAll("#rows fieldset")) runIfCorrected(row);

function runIfCorrected(row) {
  const [shown] = row.querySelectorAll("input[name^=shown-]");
  const [run] = row.querySelectorAll("input[name^=run-]");
  row.querySelector(".cells").addEventListener("input", () => {
    run.checked = true;
    shown.value = "ticked";
  });
}

const plan = document.getElementById("plan");
if (plan) keepTicks(plan);

function keepTicks(form) {
  // Ticks go into every address that shows rows of this plan. Also into this one, as a person may
  // come back to it.
  const ticks = () => new FormData(form).getAll("accept");
  const withTicks = (address) => {
    const url = new URL(address, location.href);
    url.searchParams.delete("accept");
    for (const row of ticks()) url.searchParams.append("accept", row);
    return url.href;
  };

  const keep = () => {
    if (withTicks(location.href) !== location.href)
      history.replaceState(null, "", withTicks(location.href));
    for (const link of document.querySelectorAll(".tabs a, .pages a")) link.href = withTicks(link.href);
    const find = document.querySelector("form.find");
    for (const kept of find.querySelectorAll("[name=accept]")) kept.remove();
    for (const row of ticks()) {
      const kept = document.createElement("input");
      Object.assign(kept, { type: "hidden", name: "accept", value: row });
      find.append(kept);
    }
  };
  form.addEventListener("change", keep);
  addEventListener("pageshow", keep);
}

const rows = document.querySelector("form#rows");
if (rows) keepFields(rows);

function keepFields(form) {
  // Browsers bring ticks back to a person who returns to the screen, but not what was typed.
  const fields = [...form.elements].filter((each) => each.name && each.name !== "form_token");
  const values = () => fields.map((each) => [each.name, each.value, each.checked === true]);
  const names = (saved) => JSON.stringify(saved?.map(([name]) => name));

  form.addEventListener("input", () => history.replaceState(values(), ""));
  addEventListener("pageshow", () => {
    const saved = history.state;
    if (!Array.isArray(saved) || names(saved) !== names(values())) return;
    saved.forEach(([, value, checked], index) => Object.assign(fields[index], { value, checked }));
  });
}

const running = document.getElementById("running");
if (running) watch(running);

function watch(place) {
  const phases = document.getElementById("phases");
  const waiting = document.getElementById("waiting");
  const told = document.getElementById("told");
  let said = "";
  let pause = 100; // short at first, as most plans are made within a second

  const tell = (text) => {
    if (text !== said) told.textContent = said = text;
  };

  const line = (phase, index) => {
    if (!phases.children[index]) {
      const item = document.createElement("li");
      const bar = document.createElement("progress");
      const label = document.createElement("label");
      bar.id = label.htmlFor = `phase-${index + 1}`;
      item.append(label, document.createElement("span"), bar);
      phases.append(item);
    }
    const item = phases.children[index];
    const [label, words, bar] = item.children;
    item.className = phase.ended ? "ended" : phase.begun ? "" : "waits";
    label.textContent = phase.title;
    words.textContent = bar.textContent = phase.words;
    bar.max = phase.total || 1;
    bar.value = phase.done;
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
      const last = now.phases.filter((phase) => phase.begun && !phase.ended).pop();
      if (now.waiting) tell(now.waiting);
      else if (last) tell(`${last.title}: ${quarter(last)} percent`);
    } catch {
      waiting.textContent =
        "batch-offboard does not answer. If it was closed, start it again: nothing recorded is lost.";
      tell(waiting.textContent);
    }
    setTimeout(look, pause);
    pause = Math.min(2 * pause, 1000);
  };
  look();
}
