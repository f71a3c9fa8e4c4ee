// Small comforts. Every page works without this file.
"use strict";

// HTMX requests that change something carry Django's token, which lies in a cookie.
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/);
  if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token[1];
});

// A choice made with the pointer takes effect at once. With the keyboard one may step through
// the choices without leaving the page, and press the button when done.
for (const select of document.querySelectorAll("select[data-autosubmit]")) {
  let stepping = false;
  select.addEventListener("keydown", () => { stepping = true; });
  select.addEventListener("pointerdown", () => { stepping = false; });
  select.addEventListener("change", () => { if (!stepping) select.form.requestSubmit(); });
}
