/* Noting a visit. Everything is first kept on this phone, each note under a number of its own, and then sent: what
   cannot be sent yet waits, and what is sent twice is kept once. Without scripts the forms are sent as any other. */
(function () {
  "use strict";

  const page = document.querySelector("[data-visit]");
  if (!page) return;
  const words = page.dataset;
  const KEPT = "visit:", WHO = "visits-who", PAGES = "visits-1", TIMEOUT_MS = 20_000;
  const store = window.localStorage;
  const find = (name) => page.querySelector(`[data-${name}]`);
  const noted = new Map();  // number of a note: the form it came from

  function waiting() {
    const notes = Object.keys(store).filter((key) => key.startsWith(KEPT)).map((key) => {
      try { return JSON.parse(store.getItem(key)); } catch { return null; }
    });
    return notes.filter(Boolean).sort((one, other) => one.at - other.at);
  }
  const mine = () => waiting().filter((note) => note.who === words.who);
  const keep = (note) => store.setItem(KEPT + note.id, JSON.stringify(note));
  const drop = (note) => store.removeItem(KEPT + note.id);

  function today() {
    const now = new Date();
    return new Date(now - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
  }

  /* What is said at the top of the page */
  function say(said) {
    const line = find("said");
    line.textContent = said.replace("{n}", String(waiting().length));
    line.hidden = !said;
  }

  function sayBeside(id, said, isWrong) {
    const line = noted.get(id)?.querySelector("[data-done]");
    if (!line) return false;
    line.textContent = said;
    line.classList.toggle("wrong", Boolean(isWrong));
    return true;
  }

  function button(said, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "plain-button";
    made.textContent = said;
    made.addEventListener("click", act);
    return made;
  }

  function showWaiting() {
    const list = find("waiting");
    find("send").hidden = !waiting().length;
    list.replaceChildren(...waiting().map((note) => {
      const line = document.createElement("li");
      line.textContent = `${note.said} (${words.at} ${note.day})`;
      if (note.who !== words.who) line.append(`. ${words.others}`);
      if (note.problem) line.append(`. ${words.refused} ${note.problem}`);
      const form = note.problem && page.querySelector(`form.visit-form[action="${CSS.escape(note.address)}"]`);
      if (form) line.append(button(words.back, () => putBack(note, form)));
      line.append(button(words.drop, () => { drop(note); allow(note.id); showWaiting(); }));
      return line;
    }));
  }

  function putBack(note, form) {
    for (const box of form.querySelectorAll('input[type="checkbox"]')) box.checked = false;
    for (const [name, value] of note.fields) {
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]:not([type="hidden"])`)) {
        const isTick = field.type === "checkbox" || field.type === "radio";
        if (isTick && field.value !== value) continue;
        if (isTick) field.checked = true; else field.value = value;
        if (value && field.closest("details")) field.closest("details").open = true;
      }
    }
    drop(note);
    showWaiting();
    form.scrollIntoView();
  }

  /* The buttons beside a listing rest once one was pressed */
  function rest(form, isResting) {
    for (const each of form.querySelectorAll(".visit-buttons button")) each.disabled = isResting;
  }
  function allow(id) {
    if (!noted.has(id)) return;
    rest(noted.get(id), false);
    sayBeside(id, "");
  }

  async function ask(address, options) {
    try {
      return await fetch(address, {
        credentials: "same-origin", redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS),
        ...options, headers: { Accept: "application/json" },
      });
    } catch {
      return null;
    }
  }

  /* The token to send with; "" for somebody who has to sign in, null without a connection */
  async function token() {
    const answer = await ask(words.ready);
    if (!answer || answer.status >= 500) return null;
    if (!answer.ok) return "";
    const ready = await answer.json();
    return ready.who === words.who ? ready.csrf_token : "";
  }

  async function send(note, csrf) {
    const body = new URLSearchParams([...note.fields, ["csrf_token", csrf]]);
    const answer = await ask(note.address, { method: "POST", body });
    if (!answer || answer.status >= 500 || answer.status === 429 || answer.type === "opaqueredirect") return false;
    const read = await answer.json().catch(() => ({}));
    if (answer.ok) {
      drop(note);
      if (!sayBeside(note.id, read.said)) say(read.said);
    } else {
      const problem = [read.problem, read.fix].filter(Boolean).join(" ") || String(answer.status);
      keep({ ...note, problem });
      sayBeside(note.id, problem, true);
    }
    return true;
  }

  async function sendAll(isAsked) {
    const notes = mine().filter((note) => isAsked || !note.problem);
    find("sign-in").hidden = true;
    if (!notes.length && navigator.onLine) return;
    const csrf = await token();
    if (csrf === null) return say(words.noConnection);
    if (csrf === "") {
      find("sign-in").hidden = false;
      return say(words.signedOut);
    }
    let sent = 0;
    for (const note of notes) {
      if (!(await send(note, csrf))) return say(words.noConnection);
      sent += 1;
    }
    if (!mine().length) refresh().catch(() => {});
    if (sent > 1 || (sent && !noted.size)) say(mine().length ? "" : words.sent);
    else say("");
  }

  let turn = Promise.resolve();
  function sendInTurn(isAsked) {
    turn = turn.then(() => sendAll(isAsked)).finally(showWaiting);
    return turn;
  }

  function take(event) {
    const form = event.target, pressed = event.submitter;
    event.preventDefault();
    const fields = [...new FormData(form)].filter(([name]) => name !== "csrf_token" && name !== "visit_id");
    if (pressed?.name) fields.push([pressed.name, pressed.value]);
    const id = window.crypto.randomUUID();
    if (!form.elements.visited_on) fields.push(["visited_on", today()]);
    const named = Object.fromEntries(fields);
    const what = pressed?.firstChild.textContent.trim() || "";
    const note = {
      id, address: form.getAttribute("action"), fields: [...fields, ["visit_id", id]], who: words.who,
      at: Date.now(), day: today(), said: [named.group_name || named.name || "", what].filter(Boolean).join(": "),
    };
    try {
      keep(note);
    } catch {
      if (!navigator.onLine) return say(words.full);
      form.removeEventListener("submit", take);
      return form.requestSubmit(pressed);
    }
    noted.set(id, form);
    sayBeside(id, words.waits);
    showWaiting();
    const sent = sendInTurn();
    if (!form.matches(".visit-form")) return rest(form, true);
    form.reset();
    fillDays();
    forgetSpot(form);
    sent.then(() => backIfRefused(form, id));
  }

  /* A form is empty again once its note is safe; what the site refuses is put back */
  function backIfRefused(form, id) {
    const note = mine().find((each) => each.id === id);
    if (!note?.problem) return;
    putBack(note, form);
    sayBeside(id, note.problem, true);
  }

  function fillDays() {
    for (const field of page.querySelectorAll('input[type="date"]')) field.value = today();
  }

  /* Pages that were opened before open again without a connection: visit_worker.js answers for them */
  async function keepPages() {
    if (!("serviceWorker" in navigator) || !window.caches) return;
    if (store.getItem(WHO) !== words.who) await caches.delete(PAGES);
    store.setItem(WHO, words.who);
    await navigator.serviceWorker.register(words.worker, { scope: words.scope });
    await navigator.serviceWorker.ready;
    const files = performance.getEntriesByType("resource").map((entry) => new URL(entry.name))
      .filter((file) => file.origin === location.origin && /^\/(static|bundles)\//.test(file.pathname));
    const pages = await caches.open(PAGES);
    if (!(await pages.match(words.page))) await pages.addAll([words.page, ...new Set(files.map(String))]);
    page.dataset.isKept = "true";
  }

  /* The page as it is kept knows what was just sent */
  async function refresh() {
    if (page.dataset.isKept) await keepPage(words.page);
  }

  async function keepPage(address) {
    const found = await fetch(address, { credentials: "same-origin", redirect: "error" });
    if (!found.ok) throw new Error(found.statusText);
    await (await caches.open(PAGES)).put(address, found);
  }

  async function takeAll() {
    const stops = [...page.querySelectorAll("[data-stop]")].map((link) => link.getAttribute("href"));
    const ends = await Promise.allSettled([words.page, ...stops].map(keepPage));
    find("taken").textContent = ends.every((end) => end.status === "fulfilled") ? words.taken : words.notTaken;
  }

  async function empty() {
    for (const key of Object.keys(store)) if (key.startsWith(KEPT) || key === WHO) store.removeItem(key);
    if (window.caches) await caches.delete(PAGES);
    const workers = "serviceWorker" in navigator ? await navigator.serviceWorker.getRegistrations() : [];
    await Promise.all(workers.map((worker) => worker.unregister()));
    showWaiting();
    say(words.emptied);
  }

  function forgetSpot(form) {
    const line = form.querySelector("[data-position]");
    if (line) line.textContent = form.elements.position.value = "";
    return line;
  }

  /* Where the phone is, only when somebody chooses so */
  function locate(event) {
    const form = event.target.form;
    const line = forgetSpot(form);
    if (event.target.value !== "phone") return;
    navigator.geolocation.getCurrentPosition((found) => {
      form.elements.position.value = `${found.coords.latitude.toFixed(5)},${found.coords.longitude.toFixed(5)}`;
      line.textContent = words.foundYou;
    }, () => { line.textContent = words.lostYou; }, { enableHighAccuracy: true, timeout: TIMEOUT_MS });
  }

  for (const form of page.querySelectorAll("form[data-form]")) form.addEventListener("submit", take);
  for (const choice of page.querySelectorAll("[data-phone-option]")) {
    if (!navigator.geolocation) continue;
    choice.hidden = choice.disabled = false;
    choice.parentElement.addEventListener("change", locate);
  }
  find("phone").hidden = false;
  find("send").addEventListener("click", () => sendInTurn(true));
  if (window.caches) find("take")?.addEventListener("click", takeAll); else if (find("take")) find("take").hidden = true;
  find("empty").addEventListener("click", empty);
  window.addEventListener("online", () => sendInTurn());
  fillDays();
  showWaiting();
  keepPages().catch(() => {});
  sendInTurn();
})();
