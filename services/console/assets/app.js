// Optional: every page works without it. Keeps the panel of a new case up to date, suggests communes, puts the focus on
// what is wrong, says what came while a list is open, and warns before what was typed is left behind.
(() => {
  const one = (selector, inside = document) => inside.querySelector(selector);
  one("#erreurs")?.focus();
  // What came back to be corrected is typed, and nowhere else.
  let waiting, running, typed = Boolean(one("form[method=post] #erreurs, #erreurs ~ form[method=post]"));
  for (const form of document.querySelectorAll("form[data-live]")) {
    const box = document.getElementById(form.dataset.into);
    let shown;
    const refresh = async () => {
      running?.abort();
      running = new AbortController();
      const asked = new URLSearchParams();
      const sent = ["jeton", "demande", "given_name", "family_name", "birth_date", "explanation", "agency_identifier", "nir", "evidence"];
      for (const [name, value] of new FormData(form)) if (value && !sent.includes(name)) asked.append(name, value);
      box.setAttribute("aria-busy", "true");
      try {
        // Led elsewhere, it is not the panel: somebody has to sign in, which sending the form tells.
        const answer = await fetch(form.dataset.live + "?" + asked, { signal: running.signal, redirect: "error" });
        const told = answer.ok ? await answer.text() : shown;
        // What says the same stays, under the hand that is about to click it.
        if (told !== shown) {
          const held = box.contains(document.activeElement) && document.activeElement.id;
          box.innerHTML = shown = told;
          if (held) document.getElementById(held)?.focus();
        }
      } catch { /* The panel stays as it is: the page says the same once it is sent. */ }
      finally { box.removeAttribute("aria-busy"); }
    };
    form.addEventListener("change", (event) => {
      if (!["given_name", "family_name", "birth_date", "explanation"].includes(event.target.name)) refresh();
    });
    form.addEventListener("input", () => { typed = true; });
    one('[value="destinataire"]', form)?.setAttribute("hidden", "");
  }
  const commune = one("#commune"), list = one("#communes");
  commune?.addEventListener("input", () => {
    clearTimeout(waiting);
    if (commune.value.length < 3) return;
    waiting = setTimeout(async () => {
      try {
        const answer = await fetch("/communes?q=" + encodeURIComponent(commune.value), { redirect: "error" });
        if (answer.ok) list.innerHTML = await answer.text();
      } catch { /* Nothing is suggested. */ }
    }, 180);
  });
  const news = one("[data-news]");
  if (news && !navigator.connection?.saveData) {
    // The number that news counts from is the page's, not a connection's: what comes in a gap is told after it.
    const soon = 5_000, late = 120_000;
    let { before } = news.dataset, source, again, told, pause = soon;
    const tell = ({ data }) => {
      // What says the same stays, under the hand that is about to click it.
      if (data === told) return;
      told = data;
      const line = document.createElement("p"), link = document.createElement("a");
      line.className = "note";
      link.href = location.pathname + location.search;
      link.textContent = news.dataset.show;
      line.append(data + " ", link);
      news.replaceChildren(line);
    };
    // A page that nobody sees does not listen, but for the number if it has none; seen again, it is told what came meanwhile.
    const listen = () => {
      source?.close();
      clearTimeout(again);
      if (document.hidden && before) return;
      source = new EventSource(news.dataset.news + (before ? "?avant=" + before : ""));
      source.addEventListener("open", () => { pause = soon; });
      source.addEventListener("before", ({ data, target }) => {
        before = data;
        told = undefined;
        if (document.hidden) target.close();
      });
      source.addEventListener("news", tell);
      source.addEventListener("end", ({ target }) => target.close());
      // By itself a browser listens again at the first address, without the number, and after a refusal never.
      source.addEventListener("error", ({ target }) => {
        target.close();
        again = setTimeout(listen, pause);
        pause = Math.min(2 * pause, late);
      });
    };
    document.addEventListener("visibilitychange", listen);
    listen();
  }
  addEventListener("submit", ({ target }) => { if (target.closest("main")) typed = false; });
  addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
})();
