/** A list box of any length: only the rows in sight exist. */

const ROW_PX = 48;
/** Rows kept ready above and below what is in sight. */
const MARGIN_ROWS = 6;

export interface ListItem {
  name: string;
  id: string;
  total: string;
  range: string;
}

export class ProductList {
  readonly element: HTMLDivElement;
  readonly #spacer: HTMLDivElement;
  readonly #rows = new Map<number, HTMLElement>();
  readonly #onChoose: (place: number) => void;
  #count = 0;
  #item: (place: number) => ListItem = () => ({ name: "", id: "", total: "", range: "" });
  #chosen = 0;

  constructor(onChoose: (place: number) => void) {
    this.#onChoose = onChoose;
    this.element = document.createElement("div");
    this.element.className = "list";
    this.element.setAttribute("part", "list");
    this.element.setAttribute("role", "listbox");
    this.element.tabIndex = 0;
    this.#spacer = document.createElement("div");
    this.element.append(this.#spacer);
    this.element.addEventListener("scroll", () => this.#draw(), { passive: true });
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("click", (event) => {
      const row = (event.target as Element).closest<HTMLElement>("[data-place]");
      if (row) this.choose(Number(row.dataset.place));
    });
  }

  get chosen(): number {
    return this.#chosen;
  }

  set label(text: string) {
    this.element.setAttribute("aria-label", text);
  }

  /** Shows `count` rows; the chosen one and the scroll position stay where they are. */
  show(count: number, item: (place: number) => ListItem): void {
    this.#count = count;
    this.#item = item;
    this.#chosen = Math.min(this.#chosen, Math.max(count - 1, 0));
    this.#spacer.style.height = `${count * ROW_PX}px`;
    for (const row of this.#rows.values()) row.remove();
    this.#rows.clear();
    this.#draw();
  }

  choose(place: number): void {
    const chosen = Math.min(Math.max(place, 0), this.#count - 1);
    if (chosen < 0) return;
    this.#chosen = chosen;
    const { scrollTop, clientHeight } = this.element;
    if (chosen * ROW_PX < scrollTop) this.element.scrollTop = chosen * ROW_PX;
    else if ((chosen + 1) * ROW_PX > scrollTop + clientHeight) this.element.scrollTop = (chosen + 1) * ROW_PX - clientHeight;
    this.#draw();
    this.#onChoose(chosen);
  }

  #key(event: KeyboardEvent): void {
    const page = Math.max(Math.floor(this.element.clientHeight / ROW_PX) - 1, 1);
    const to: Record<string, number> = {
      ArrowDown: this.#chosen + 1,
      ArrowUp: this.#chosen - 1,
      PageDown: this.#chosen + page,
      PageUp: this.#chosen - page,
      Home: 0,
      End: this.#count - 1,
    };
    const place = to[event.key];
    if (place === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.choose(place);
  }

  #draw(): void {
    const from = Math.max(Math.floor(this.element.scrollTop / ROW_PX) - MARGIN_ROWS, 0);
    const inSight = Math.ceil((this.element.clientHeight || ROW_PX * 10) / ROW_PX);
    const to = Math.min(from + inSight + 2 * MARGIN_ROWS, this.#count);
    for (const [place, row] of this.#rows) {
      // The chosen row stays: assistive technology follows it by its id.
      if ((place < from || place >= to) && place !== this.#chosen) {
        row.remove();
        this.#rows.delete(place);
      }
    }
    for (let place = from; place < to; place += 1) this.#row(place);
    if (this.#count > 0) this.#row(this.#chosen);
    for (const [place, row] of this.#rows) row.setAttribute("aria-selected", String(place === this.#chosen));
    if (this.#count > 0) this.element.setAttribute("aria-activedescendant", `row-${this.#chosen}`);
    else this.element.removeAttribute("aria-activedescendant");
  }

  #row(place: number): void {
    if (this.#rows.has(place)) return;
    const { name, id, total, range } = this.#item(place);
    const row = document.createElement("div");
    row.className = "row";
    row.id = `row-${place}`;
    row.dataset.place = String(place);
    row.setAttribute("part", "row");
    row.setAttribute("role", "option");
    row.setAttribute("aria-setsize", String(this.#count));
    row.setAttribute("aria-posinset", String(place + 1));
    row.style.transform = `translateY(${place * ROW_PX}px)`;
    for (const [kind, text] of Object.entries({ name, total, id, range })) {
      const cell = document.createElement("span");
      cell.className = kind;
      cell.textContent = text;
      row.append(cell);
    }
    this.#rows.set(place, row);
    this.element.append(row);
  }
}
