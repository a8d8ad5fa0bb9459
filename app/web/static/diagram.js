// Shows the BPMN model of each figure[data-diagram], with the done and current elements marked. The same stands in
// words beside it, so a failure only leaves a sentence.
"use strict";

const LEGIBLE = 0.7; // a drawing smaller than this cannot be read

async function show(figure) {
  const canvas = figure.querySelector(".diagram__canvas");
  const answer = await fetch(figure.dataset.diagram, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${answer.status} ${figure.dataset.diagram}`);
  const host = document.createElement("div");
  host.style.height = "100%";
  canvas.append(host);
  const viewer = new window.BpmnJS({
    container: host,
    textRenderer: { defaultStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 11.5 } },
  });
  await viewer.importXML(await answer.text());
  const marks = JSON.parse(figure.dataset.marks || "{}");
  mark(viewer, marks);
  count(viewer, JSON.parse(figure.dataset.counts || "{}"));
  viewer.get("zoomScroll").toggle(false); // the wheel scrolls the page
  look(viewer, canvas, (marks.here || [])[0]);
  canvas.after(buttons(figure, viewer));
}

// The frame is as high as the drawing needs. A drawing too large to be read whole is shown where the course stands.
function look(viewer, frame, here) {
  const canvas = viewer.get("canvas");
  const { inner } = canvas.viewbox();
  const asked = (frame.clientWidth * inner.height) / inner.width + 40;
  frame.style.height = `${Math.round(Math.min(Math.max(asked, 200), window.innerHeight * 0.75))}px`;
  canvas.resized();
  canvas.zoom("fit-viewport", "auto");
  const element = here && viewer.get("elementRegistry").get(here);
  if (canvas.zoom() >= LEGIBLE || !element) return;
  canvas.zoom(LEGIBLE, { x: 0, y: 0 });
  const outer = canvas.viewbox();
  canvas.viewbox({
    x: within(element.x + element.width / 2 - outer.width / 2, inner.x, inner.width, outer.width),
    y: within(element.y + element.height / 2 - outer.height / 2, inner.y, inner.height, outer.height),
    width: outer.width,
    height: outer.height,
  });
}

// Where a window of this size begins, so that it shows nothing beside the drawing where it need not.
function within(start, first, drawn, shown) {
  const margin = 20;
  return Math.max(first - margin, Math.min(start, first + drawn - shown + margin));
}

function mark(viewer, marks) {
  const registry = viewer.get("elementRegistry");
  for (const [marker, ids] of Object.entries(marks)) {
    for (const id of ids) {
      if (registry.get(id)) viewer.get("canvas").addMarker(id, marker);
    }
  }
}

// A short text at the corner of an element: how many stand there, how long it takes.
function count(viewer, counts) {
  const registry = viewer.get("elementRegistry");
  for (const [id, text] of Object.entries(counts)) {
    if (!registry.get(id)) continue;
    const html = document.createElement("div");
    html.className = "diagram__count";
    html.textContent = text;
    viewer.get("overlays").add(id, { position: { top: -10, right: 16 }, html });
  }
}

function buttons(figure, viewer) {
  const line = document.createElement("p");
  line.className = "line above-s noprint";
  const add = (text, action) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-secondary button--s";
    button.textContent = text;
    button.addEventListener("click", action);
    line.append(button);
  };
  add(figure.dataset.larger, () => viewer.get("zoomScroll").stepZoom(1));
  add(figure.dataset.smaller, () => viewer.get("zoomScroll").stepZoom(-1));
  add(figure.dataset.whole, () => viewer.get("canvas").zoom("fit-viewport", "auto"));
  return line;
}

for (const figure of document.querySelectorAll("figure[data-diagram]")) {
  show(figure).catch((error) => {
    console.warn("diagram", error);
    figure.querySelector(".diagram__canvas").textContent = figure.dataset.failed;
  });
}
