// Danish in the editors, when the page is Danish: a module for those that ask for their words, and for panels that do
// not ask in the versions used, a reader of what they have drawn. What a designer has written is not touched.
import { WORDS } from "./words.js";

const isDanish = () => document.documentElement.lang === "da";

function translate(template, replacements = {}) {
  const text = isDanish() ? (WORDS[template] ?? template) : template;
  return text.replace(/{([^}]+)}/g, (_, name) => replacements[name] ?? `{${name}}`);
}

export default { translate: ["value", translate] };

// What stands around a name that is one of the words, too.
const AROUND = [
  [/^Create an? (.+) element$/, (name) => `Lav: ${name}`],
  [/^Remove (.+)$/, (name) => `Fjern: ${name}`],
  [/^List contains (\d+) items?$/, (number) => `Listen har ${number}`],
];

// A text of an editor in Danish; nothing where there is none.
function said(text) {
  const plain = text.trim();
  if (WORDS[plain]) return WORDS[plain];
  for (const [pattern, say] of AROUND) {
    const found = pattern.exec(plain);
    if (found) return say(WORDS[found[1]] ?? found[1]);
  }
  return undefined;
}

const ATTRIBUTES = ["title", "placeholder", "aria-label", "data-placeholder"];

// Where in a panel a designer's own words stand.
export const DESIGNERS = ".bio-properties-panel-header-label, .cm-editor, textarea, option, [contenteditable]";

// Translate the words inside the parts of `root` that match `selector`, now and whenever they change.
export function speakDanish(root, selector, except) {
  if (!isDanish()) return;
  const read = () => {
    observer.disconnect();
    for (const part of root.querySelectorAll(selector)) translatePart(part, except);
    observer.observe(root, { childList: true, subtree: true, characterData: true, attributeFilter: ATTRIBUTES });
  };
  const observer = new MutationObserver(read);
  read();
}

function translatePart(part, except) {
  const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const found = said(node.data);
    if (found && found !== node.data && !node.parentElement.closest(except)) node.data = found;
  }
  for (const name of ATTRIBUTES) {
    for (const element of part.querySelectorAll(`[${name}]`)) {
      const found = said(element.getAttribute(name));
      if (found && !element.closest(except)) element.setAttribute(name, found);
    }
  }
}
