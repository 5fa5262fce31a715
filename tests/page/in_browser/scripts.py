"""Scripts that a test runs in a tab.

They replace Playwright's selectors, which load a script of their own into every document: that
takes as long as the document itself. Clicks and typing still go through mouse and keyboard.
"""

_PLACE = """(element) => {
  element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
  const box = element.getClientRects()[0];
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const hit = document.elementFromPoint(x, y);
  if (element.disabled || !element.contains(hit) && !element.closest("label")?.contains(hit))
    throw new Error(`cannot be pressed: ${element.outerHTML}, behind ${hit?.outerHTML}`);
  return [x, y];
}"""
PLACE_OF = f"""(selector) => ({_PLACE})(document.querySelector(selector))"""
"""The middle of an element, scrolled into view; an error if something covers it."""

PLACE_OF_NAMED = f"""(name) => {{
  const known = (each) => (each.ariaLabel ?? each.textContent).replace(/\\s+/g, " ").trim();
  const short = (each) => known(each).replace(/( \\d+| in a new tab)$/, "");
  const all = [...document.querySelectorAll("button, a[href]")].filter((e) => e.checkVisibility());
  const found = all.find((each) => [known(each), short(each)].includes(name));
  if (!found) throw new Error(`no ${{name}} among ${{all.map(known).join(", ")}}`);
  return ({_PLACE})(found);
}}"""
"""The middle of the button or link with this name, which a number may follow."""

FOCUS = """(selector) => {
  const field = document.querySelector(selector);
  field.focus();
  field.select();
  if (document.activeElement !== field || field.readOnly || !field.checkVisibility())
    throw new Error(`cannot be filled: ${field.outerHTML}`);
}"""
"""Put the cursor into a field and select its text."""

CHOOSE = """([selector, value]) => {
  const field = document.querySelector(selector);
  field.value = value;
  if (field.value !== value || field.disabled) throw new Error(`no choice: ${field.outerHTML}`);
  for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
}"""
"""Choose a value of a list of choices."""

HURRY = """(() => {
  const [later, never] = [setTimeout, clearTimeout];
  const waiting = new Map();
  window.setTimeout = (act, pause, ...given) => {
    const id = later(() => { waiting.delete(id); act(...given); }, pause);
    waiting.set(id, act);
    return id;
  };
  window.hurry = () => {
    for (const [id, act] of [...waiting]) {
      never(id);
      waiting.delete(id);
      act();
    }
  };
  window.until = async (holds, seconds) => {
    for (const end = Date.now() + 1000 * seconds; !holds(); ) {
      if (Date.now() > end) throw new Error("waited in vain: " + document.body.innerText);
      window.hurry();
      await new Promise((done) => later(done, 20));
    }
  };
})()"""
"""Give every document `hurry`, which fires its timers at once, and `until`, which waits so."""

HAS_COME = """([words, seconds]) => until(() =>
  document.readyState === "complete" && !RegExp(words).test(document.querySelector("h1").innerText),
  seconds)"""
"""Wait for a screen with a heading other than these."""

SAYS = """([words, seconds]) => until(() =>
  document.querySelector("main").innerText.includes(words), seconds)"""
SAYS_NO_MORE = """([words, seconds]) => until(() =>
  !document.querySelector("main").innerText.includes(words), seconds)"""
"""Wait until the screen says something, or no longer does."""

SCREEN = """() => {
  const small = [...document.querySelectorAll("a, button, input, select, summary")]
    .filter((each) => each.checkVisibility() && each.type !== "hidden" && !each.closest("p, .skip"))
    .map((each) => each.closest("label") ?? each)
    .filter((each) => each.getBoundingClientRect().height < 43.5);
  const wordless = [...document.querySelectorAll(".status, .legend li, progress, .badge")]
    .filter((each) => !/[a-z]/.test(each.textContent));
  return {
    heading: document.querySelector("h1").innerText,
    title: document.title,
    problems: document.querySelectorAll("#problem").length,
    focused: document.activeElement.id,
    wide: document.documentElement.scrollWidth,
    small: small.map((each) => each.outerHTML),
    wordless: wordless.map((each) => each.outerHTML),
  };
}"""
"""The facts that are checked of every screen, beside what axe finds."""

COPY = """() => {
  for (const each of document.querySelectorAll("input")) {
    each.toggleAttribute("checked", each.checked);
    if (!["file", "checkbox", "radio"].includes(each.type)) each.setAttribute("value", each.value);
  }
  for (const each of document.querySelectorAll("option"))
    each.toggleAttribute("selected", each.selected);
  const copy = document.documentElement.cloneNode(true);
  for (const each of copy.querySelectorAll("script")) each.remove();
  return `<!doctype html>${copy.outerHTML}`;
}"""
"""The HTML of the screen with what was filled in, without scripts."""

VIOLATIONS = """async ([screens, styles, options]) => {
  const found = [];
  for (const [html, focused] of screens) {
    document.open();
    document.write(html.replace(/<link rel="stylesheet" href="\\/[^"]*">/, () => styles));
    document.close();
    if (document.readyState !== "complete")
      await new Promise((done) => addEventListener("load", done, { once: true }));
    document.getElementById(focused)?.focus();
    const looked = await axe.run({ ...options, preload: false, resultTypes: ["violations"] });
    for (const each of looked.violations)
      for (const node of each.nodes)
        found.push([document.title, each.help, node.html, node.failureSummary]);
  }
  return found;
}"""
"""What axe finds in copies of screens, shown with these styles."""
