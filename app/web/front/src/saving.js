// What the three editors share: the file is saved as one types, what the doctor found comes back with the answer, and
// whoever else has the draft open is told.
const PAUSE = 900;
const HEARTBEAT = 20000;

export function desk(root) {
  const said = root.dataset;
  const status = document.querySelector("[data-studio-status]");
  const warning = document.querySelector("[data-studio-others]");
  const state = { revision: Number(said.revision), timer: 0, saving: false, again: false, stopped: false, read: null, told: [] };

  async function post(url, body, headers = {}) {
    const answer = await fetch(url, {
      method: "POST",
      credentials: "same-origin",
      headers: { "X-CSRFToken": said.token, Accept: "application/json", ...headers },
      body,
    });
    const json = answer.headers.get("content-type")?.includes("json") ? await answer.json() : {};
    return { ok: answer.ok, status: answer.status, json };
  }

  function tell(text, wrong = false) {
    status.textContent = text;
    status.classList.toggle("studio__status--wrong", wrong);
  }

  function tellOthers(names) {
    if (!warning) return;
    warning.hidden = !names.length;
    warning.querySelector("[data-names]").textContent = names.join(", ");
  }

  async function save() {
    if (state.saving) {
      state.again = true;
      return;
    }
    state.saving = true;
    tell(said.saving);
    try {
      const text = await state.read();
      const { ok, status: code, json } = await post(`${said.save}?revision=${state.revision}`, text, {
        "Content-Type": "application/octet-stream",
      });
      if (ok) {
        state.revision = json.revision;
        tell(json.said);
        tellOthers(json.others);
        state.told.forEach((act) => act(json.findings));
      } else {
        state.stopped = code === 409;
        tell(json.message || said.failed, true);
      }
    } catch (error) {
      console.warn("studio", error);
      tell(said.failed, true);
    }
    state.saving = false;
    if (state.again && !state.stopped) {
      state.again = false;
      await save();
    }
  }

  function changed() {
    if (state.stopped) return;
    tell(said.typing);
    clearTimeout(state.timer);
    state.timer = setTimeout(save, PAUSE);
  }

  window.addEventListener("beforeunload", (event) => {
    if (status.textContent === said.typing || state.saving) event.preventDefault();
  });
  setInterval(async () => {
    if (document.hidden) return;
    const { ok, json } = await post(said.here, "");
    if (ok) tellOthers(json.others);
  }, HEARTBEAT);

  return {
    load: async () => {
      const answer = await fetch(said.content, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(`${answer.status}`);
      return answer.text();
    },
    from: (read) => {
      state.read = read;
    },
    changed,
    onFindings: (act) => state.told.push(act),
    json: async (url) => (await fetch(url, { credentials: "same-origin" })).json(),
    said,
  };
}

// The list of findings beside the editor: each leads to its element. Severity is icon and word, never colour alone.
export function listFindings(select) {
  const list = document.querySelector("[data-studio-findings]");
  const words = JSON.parse(list.dataset.words);
  function draw(findings) {
    list.replaceChildren(...findings.map((finding) => line(finding)));
    list.parentElement.querySelector("[data-studio-none]").hidden = findings.length > 0;
  }
  function line(finding) {
    const item = document.createElement("li");
    item.className = `finding finding--${finding.severity}`;
    const head = document.createElement("strong");
    head.textContent = words[finding.severity];
    item.append(head, " ");
    if (finding.element) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "linkbtn";
      button.textContent = finding.label || finding.element;
      button.addEventListener("click", () => select(finding.element));
      item.append(button);
    }
    const text = document.createElement("span");
    text.className = "small";
    text.textContent = finding.fix ? `${finding.message} ${finding.fix}` : finding.message;
    item.append(text);
    return item;
  }
  return draw;
}

export function start(run) {
  const root = document.querySelector("[data-studio]");
  run(root, desk(root)).catch((error) => {
    console.warn("studio", error);
    root.replaceChildren();
    root.textContent = root.dataset.broken;
  });
}
