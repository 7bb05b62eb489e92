/* Which pins the filters keep, worked out from what a tile says; the server is not asked.
   ``keep`` holds kind, theme and audience as positions in the lists of the page, open as a minute of the week (0 is
   Monday 00:00) and words; null or "" means all. */
(function () {
  "use strict";

  const NOT_SAID = -1;
  const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
  const CLOCK = new Intl.DateTimeFormat("en-GB", {
    timeZone: "Europe/London", weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  });
  const has = (bits, position) => Math.floor(bits / 2 ** position) % 2 === 1;

  function isIn(ranges, minute) {
    for (let i = 0; i < ranges.length; i += 2) {
      if (minute >= ranges[i] && minute < ranges[i + 1]) return true;
    }
    return false;
  }

  L.placeFilter = {
    ALL: { kind: null, theme: null, audience: null, open: null, words: "" },

    /* The minute of the week in Britain, wherever the visitor's own clock is set to. */
    minuteNow() {
      const now = Object.fromEntries(CLOCK.formatToParts(new Date()).map(({ type, value }) => [type, value]));
      return DAYS.indexOf(now.weekday) * 1440 + Number(now.hour) * 60 + Number(now.minute);
    },

    /* "open", "term" (open in term time, perhaps not in the holidays), "closed", or "unsaid". */
    opening(hours, number, minute) {
      if (number === undefined || number === NOT_SAID || !hours[number]) return "unsaid";
      const [usual, inTerm] = hours[number];
      if (isIn(usual, minute)) return "open";
      return isIn(inTerm, minute) ? "term" : "closed";
    },

    /* Groups of a stacked tile say neither for whom nor when: it was fetched for just that. */
    fits(keep, hours, kind, themes, audiences, number) {
      if (keep.kind !== null && kind !== keep.kind) return false;
      if (keep.theme !== null && !has(themes, keep.theme)) return false;
      if (keep.audience !== null && audiences !== undefined && !has(audiences, keep.audience) && !has(audiences, 0)) return false;
      if (keep.open === null || number === undefined) return true;
      return ["open", "term"].includes(this.opening(hours, number, keep.open));
    },

    /* What to ask of a tile that does not say for whom and when. */
    query(keep, audiences) {
      const asked = new URLSearchParams();
      if (keep.audience !== null) asked.set("audience", audiences[keep.audience]);
      if (keep.open !== null) asked.set("open", keep.open);
      return asked;
    },

    named: (names, bits) => names.filter((_, position) => has(bits, position)),
  };
})();
