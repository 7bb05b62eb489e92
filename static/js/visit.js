/* A visit that is noted without a connection stays on this phone and is sent when there is one again. Each has a number
   of its own, so that sending twice keeps it once. Without scripts the form is sent as any other. */
(function () {
  "use strict";

  const form = document.querySelector("form.plan-visit");
  if (!form) return;
  const said = document.querySelector("[data-visit-said]");
  const KEY = "visits-to-send";

  const waiting = () => {
    try { return JSON.parse(window.localStorage.getItem(KEY)) || []; } catch { return []; }
  };
  const keep = (visits) => window.localStorage.setItem(KEY, JSON.stringify(visits));

  function say(words) {
    said.textContent = words.replace("{n}", String(waiting().length));
    said.hidden = false;
  }

  /* The page that follows a visit that was kept, or the form again with what is wrong; null without a connection. */
  async function send(visit) {
    try {
      const answer = await fetch(visit.address, {
        method: "POST", credentials: "same-origin", body: new URLSearchParams(visit.fields),
      });
      return answer.status >= 500 ? null : answer;
    } catch {
      return null;
    }
  }

  let sending = false;

  async function sendWaiting() {
    if (sending) return;
    sending = true;
    let sent = 0;
    for (const visit of waiting()) {
      const answer = await send(visit);
      if (!answer) break;
      if (!answer.ok) continue;  // stays: somebody has to look at it
      keep(waiting().filter((other) => other.fields.visit_id !== visit.fields.visit_id));
      sent += 1;
    }
    sending = false;
    if (sent) say(waiting().length ? said.dataset.some : said.dataset.sent);
    else if (waiting().length) say(said.dataset.waiting);
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const visit = { address: form.getAttribute("action"), fields: Object.fromEntries(new FormData(form)) };
    const answer = await send(visit);
    if (answer && answer.redirected) {
      window.location.assign(answer.url);
    } else if (answer) {
      form.submit();  // the same again, so that the page says what is wrong
    } else {
      keep([...waiting(), visit]);
      form.reset();
      form.elements.visit_id.value = window.crypto.randomUUID();
      say(said.dataset.waiting);
    }
  });

  window.addEventListener("online", sendWaiting);
  sendWaiting();
})();
