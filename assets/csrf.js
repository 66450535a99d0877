"use strict";
// Every POST to our own server carries the CSRF token, Dash's own requests included.
(function () {
  const plainFetch = window.fetch;

  function token() {
    const pair = document.cookie.split("; ").find((cookie) => cookie.startsWith("csrf="));
    return pair === undefined ? null : decodeURIComponent(pair.slice("csrf=".length));
  }

  window.fetch = function (resource, options = {}) {
    const asked = resource instanceof Request ? resource : { url: String(resource), method: "GET" };
    const method = (options.method ?? asked.method).toUpperCase();
    const sameOrigin = new URL(asked.url, window.location.href).origin === window.location.origin;
    const value = token();
    if (method !== "POST" || !sameOrigin || value === null) return plainFetch(resource, options);
    const headers = new Headers(options.headers ?? asked.headers);
    headers.set("X-CSRF-Token", value);
    return plainFetch(resource, { ...options, headers });
  };
})();
