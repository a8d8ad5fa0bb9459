// Makes pages nicer; every page works without it.
"use strict";

// Errors come first: the summary takes the focus, so that it is read aloud and seen.
document.querySelector("[data-error-summary]")?.focus();

// A form goes off once. The second click is dropped; the server would answer it as a conflict.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  else form.dataset.sent = "yes";
});

// A page taken back from the browser's memory may send its forms again.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// Questions that an answer brings up come at once; without this they come when the form is sent.
const drawnIn = (form) => [...form.querySelectorAll("[name=_seen], [name=_list], [name=_row]")].map((one) => one.value).join("\n");
const typedIn = (form) => {
  const texts = [...new FormData(form)].filter(([, value]) => typeof value === "string"); // a field for files says one even when it is empty
  return `${new URLSearchParams(texts)}&_refresh=1`;
};

const holdsFile = (form) => [...form.querySelectorAll("[type=file]")].some((one) => one.files.length); // which cannot be put back

const typedBefore = new Map(); // a question that goes and comes back keeps its words

async function askAgain(form) {
  const body = typedIn(form);
  const headers = { "Content-Type": "application/x-www-form-urlencoded" };
  const answer = await fetch(form.getAttribute("action"), { method: "POST", body, headers });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[name=_refresh]")?.form;
  if (!answer.ok || answer.redirected || !fresh || form.dataset.sent || holdsFile(form) || drawnIn(fresh) === drawnIn(form)) return;
  if (typedIn(form) !== body) return askAgain(form); // something was typed meanwhile
  const at = document.activeElement;
  const { selectionStart, selectionEnd } = at ?? {};
  for (const one of form.querySelectorAll("textarea, [type=text]")) typedBefore.set(one.name, one.value);
  const asked = new Set([...form.elements].map((one) => one.name));
  form.replaceChildren(...fresh.childNodes);
  for (const one of form.querySelectorAll("textarea, [type=text]")) {
    if (!asked.has(one.name) && !one.value) one.value = typedBefore.get(one.name) ?? "";
  }
  const same = at?.id && document.getElementById(at.id);
  if (!same) return;
  same.focus({ preventScroll: true });
  if (typeof selectionStart === "number") same.setSelectionRange(selectionStart, selectionEnd); // in the middle of a word
}

document.addEventListener("change", (event) => {
  const { form, name } = event.target;
  const deciding = form?.querySelector("[data-deciding]")?.dataset.deciding.split(" ") ?? [];
  if (!event.target.matches("[type=radio], [type=checkbox], select") || !name.split(".").some((part) => deciding.includes(part))) return;
  if (holdsFile(form)) return;
  form.dataset.asking = Number(form.dataset.asking ?? 0) + 1;
  askAgain(form)
    .catch(() => {}) // the questions come when it is sent
    .finally(() => { form.dataset.asking -= 1; });
});

// What is under way is looked at again by itself; without this its link does.
for (const link of document.querySelectorAll("a[data-again]")) {
  setTimeout(() => location.assign(link.href), 1000 * Number(link.dataset.again));
}

// The replay's slider goes where it is let go; without this its button does. Keys move it on: it goes once they rest,
// and the next page gives it the focus back (its address ends with its id).
for (const slider of document.querySelectorAll("input[data-jump]")) {
  const shown = slider.value;
  let rest;
  const go = () => slider.value !== shown && slider.form.requestSubmit();
  let keyed = false;
  slider.addEventListener("keydown", () => (keyed = true));
  slider.addEventListener("pointerdown", () => (keyed = false));
  slider.addEventListener("change", () => {
    clearTimeout(rest);
    if (keyed) rest = setTimeout(go, 500);
    else go();
  });
}

// Links with a key follow it, as long as the focus is nowhere else that would want the key: no field, no scrolling region.
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
  const at = document.activeElement;
  const link = document.querySelector(`a[data-key="${CSS.escape(event.key)}"]`);
  if (!link || (at && at !== document.body && !at.dataset.key)) return;
  event.preventDefault();
  link.click();
});
