/**
 * The headers that keep the promise "nothing leaves this device". Every response carries them, scripts of workers too:
 * a worker loaded from a URL has the policy of its own response, not that of the page.
 */

const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'none'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-src 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types tillcast",
  "sandbox allow-scripts allow-same-origin allow-downloads allow-forms allow-modals",
];

/**
 * @param {string} pathname of the request
 * @returns {Record<string, string>} headers in lower case
 */
export function securityHeaders(pathname) {
  // The service worker alone connects, to its own origin, to fill its cache.
  const connect = pathname === "/sw.js" ? "connect-src 'self'" : "connect-src 'none'";
  return {
    "content-security-policy": POLICY.map((part) => (part.startsWith("connect-src") ? connect : part)).join("; "),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-dns-prefetch-control": "off",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
  };
}
