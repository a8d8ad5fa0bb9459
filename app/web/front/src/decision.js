// The decision table editor: dmn-js, with its requirement graph, tables and literal expressions.
import Modeler from "dmn-js/lib/Modeler";
import "dmn-js/dist/assets/diagram-js.css";
import "dmn-js/dist/assets/dmn-js-shared.css";
import "dmn-js/dist/assets/dmn-js-drd.css";
import "dmn-js/dist/assets/dmn-js-decision-table.css";
import "dmn-js/dist/assets/dmn-js-decision-table-controls.css";
import "dmn-js/dist/assets/dmn-js-literal-expression.css";
import "dmn-js/dist/assets/dmn-js-boxed-expression.css";
import "dmn-js/dist/assets/dmn-js-boxed-expression-controls.css";
import "dmn-js/dist/assets/dmn-font/css/dmn-embedded.css";
import danish from "./danish.js";
import { listFindings, start } from "./saving.js";

const VIEWS = ["drd", "decisionTable", "literalExpression", "boxedExpression"];

start(async (root, desk) => {
  const modeler = new Modeler({
    container: root.querySelector("[data-canvas]"),
    keyboard: { bindTo: window },
    ...Object.fromEntries(VIEWS.map((view) => [view, { additionalModules: [danish] }])),
  });
  name(root.querySelector("[data-canvas]"));
  await modeler.importXML(await desk.load());
  const views = modeler.getViews();
  const first = views.find((view) => view.type === "decisionTable") || views[0];
  if (first) await modeler.open(first);
  desk.from(async () => (await modeler.saveXML({ format: true })).xml);
  const heard = new Set();
  const listen = () => {
    const viewer = modeler.getActiveViewer();
    if (!viewer || heard.has(viewer)) return;
    heard.add(viewer);
    viewer.on("commandStack.changed", desk.changed);
  };
  modeler.on("views.changed", listen);
  listen();
  tabs(root, modeler);
  const draw = listFindings((id) => open(modeler, id));
  desk.onFindings(draw);
  draw(JSON.parse(root.dataset.findings));
  window.studio = { modeler };
  root.dataset.ready = "yes";
});

// The column of row numbers has an empty heading: nothing is to be read there.
function name(canvas) {
  const mend = () => {
    for (const heading of canvas.querySelectorAll("th.index-column:not([role])")) heading.setAttribute("role", "presentation");
  };
  new MutationObserver(mend).observe(canvas, { childList: true, subtree: true });
}

function open(modeler, id) {
  const view = modeler.getViews().find((one) => one.element.id === id);
  if (view) modeler.open(view);
}

function tabs(root, modeler) {
  const bar = root.querySelector("[data-tabs]");
  const draw = () => {
    const active = modeler.getActiveView();
    bar.replaceChildren(
      ...modeler.getViews().map((view) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "button button-secondary button--s";
        button.textContent = view.name || view.element.name || view.element.id;
        button.setAttribute("aria-pressed", String(active?.element === view.element));
        button.addEventListener("click", () => modeler.open(view));
        return button;
      }),
    );
  };
  modeler.on("views.changed", draw);
  draw();
}
