/**
 * What is made of items that become ever more: each of them is looked at once, so that thousands of events cost no more with the last one
 * than with the first.
 */
export class EachOnce<Item> {
  readonly #items: readonly Item[];
  readonly #add: (item: Item) => void;
  #seen = 0;

  /** @param items grows by itself, at its end */
  constructor(items: readonly Item[], add: (item: Item) => void) {
    this.#items = items;
    this.#add = add;
  }

  /** Looks at those that came since the last time. */
  look(): void {
    for (; this.#seen < this.#items.length; this.#seen += 1) this.#add(this.#items[this.#seen] as Item);
  }
}
