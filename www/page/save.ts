/** A file of the core's, handed to the browser's downloads. */

import { h } from "./dom";
import type { Session } from "./session";

/** Saves what is made under the shop's name; `what` is the end of it. */
export async function saveAs(session: Session, button: HTMLButtonElement, what: string, make: () => Promise<Blob>): Promise<void> {
  const { shop } = session;
  if (!shop) return;
  button.disabled = true;
  try {
    const address = URL.createObjectURL(await make());
    const name = (shop.name.replace(/\.[a-z]{1,5}$/i, "") || "shop").replace(/[^\p{L}\p{N}_-]+/gu, "-");
    h("a", { href: address, download: `${name}-${what}-${shop.to.slice(0, 10)}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  } catch (thrown) {
    session.trouble(thrown);
  } finally {
    button.disabled = false;
  }
}
