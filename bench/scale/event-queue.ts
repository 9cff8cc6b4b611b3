interface Planned {
  readonly at: number;
  /** What was planned first comes first among what comes at the same time. */
  readonly order: number;
  readonly happen: () => void;
}

/** Time that passes from event to event and takes none of ours: a heap of what is planned. */
export class EventQueue {
  #now = 0;
  #order = 0;
  readonly #heap: Planned[] = [];

  /** Seconds since the beginning. */
  get now(): number {
    return this.#now;
  }

  /** @param at seconds since the beginning; what is past happens now */
  plan(at: number, happen: () => void): void {
    this.#order += 1;
    const planned = { at: Math.max(at, this.#now), order: this.#order, happen };
    const heap = this.#heap;
    let index = heap.length;
    heap.push(planned);
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || isBefore(parent, planned)) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = planned;
  }

  /** Lets everything happen, what is planned meanwhile, too. */
  run(): void {
    for (let next = this.#take(); next !== undefined; next = this.#take()) {
      this.#now = next.at;
      next.happen();
    }
  }

  #take(): Planned | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last === undefined || last === first) return first;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const [one, other] = [heap[left], heap[left + 1]];
      if (one === undefined) break;
      const isOther = other !== undefined && isBefore(other, one);
      const child = isOther ? other : one;
      if (isBefore(last, child)) break;
      heap[index] = child;
      index = isOther ? left + 1 : left;
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(one: Planned, other: Planned): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
