"use strict";
// What an operator does leaves here, and every answer is shown: done, waiting, refused, locked, not signed in.
(function (chairside) {
  const { t } = chairside;
  const NOT_SENT = t("Not sent: no connection to the server. Try again.");

  /** Posts; rejects with a TimeoutError where no answer comes, as behind a network that swallows everything. */
  async function post(path, body) {
    return fetch(path, {
      signal: AbortSignal.timeout(chairside.unanswered.PATIENCE_MS),
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  async function sentence(answer, otherwise) {
    const body = await answer.json().catch(() => ({}));
    return body.message ?? otherwise;
  }

  /** What to say where no answer came. */
  const unsent = (error) => (error.name === "TimeoutError" ? chairside.unanswered.NO_ANSWER : NOT_SENT);

  /** Sends one act for a chair. Resolves to "done", "pending" or "refused"; says a refusal's sentence itself. */
  async function send(chair, session, act) {
    const { toast, askPin } = chairside.dialogs;
    const answer = await post("/act", { chair, session, act }).catch((error) => error);
    if (answer instanceof Error) {
      toast(unsent(answer));
      return "refused";
    }
    switch (answer.status) {
      case 200:
        return "done";
      case 202:
        return "pending";
      case 401:
        window.location.assign("/login");
        return "refused";
      case 423:
        if (!(await askPin())) return "refused";
        chairside.me.refresh();
        return send(chair, session, act);
      case 403:
        toast(await sentence(answer, t("You may not do this with your role.")));
        return "refused";
      default:
        toast(await sentence(answer, t("Refused by the server ({status}).", { status: answer.status })));
        return "refused";
    }
  }

  /** Says something to the alarm occurrence that was on the screen, at the priority that was on the screen. */
  function answer(chair, alarm, type, more) {
    const act = { type, occurrence: alarm.id, priority: alarm.priority, ...more };
    return send(chair.id, chair.session?.id ?? null, act);
  }

  const acknowledge = (chair, alarm) => answer(chair, alarm, "acknowledge", {});

  /** Runs a job from a button, which cannot be pressed again meanwhile and always comes back. */
  async function whilePressed(button, job) {
    if (button.disabled) return "refused";
    button.disabled = true;
    try {
      return await job();
    } finally {
      button.disabled = false;
    }
  }

  chairside.act = { post, unsent, send, answer, acknowledge, whilePressed };
})((window.chairside ??= { views: {} }));
