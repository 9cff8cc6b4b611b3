import type { Instance } from './instance.ts';

/** The instances of an engine in the order of their creation, with their families. */
export class InstanceTable {
  readonly #byId = new Map<string, { readonly sequence: number; readonly instance: Instance }>();
  readonly #children = new Map<string, Set<string>>();
  #created = 0;

  get(instanceId: string): Instance | undefined {
    return this.#byId.get(instanceId)?.instance;
  }

  *values(): IterableIterator<Instance> {
    for (const { instance } of this.#byId.values()) yield instance;
  }

  /** With the number of their creation, which grows and is never given twice while the engine is open. */
  *entries(): IterableIterator<readonly [number, Instance]> {
    for (const { sequence, instance } of this.#byId.values()) yield [sequence, instance];
  }

  /** Replaces an instance of the same id; it counts as created last. */
  add(instance: Instance): void {
    this.delete(instance.instanceId);
    this.#byId.set(instance.instanceId, { sequence: this.#created, instance });
    this.#created += 1;
    const parent = instance.parent?.instanceId;
    if (parent === undefined) return;
    const siblings = this.#children.get(parent) ?? new Set();
    this.#children.set(parent, siblings.add(instance.instanceId));
  }

  delete(instanceId: string): void {
    const parent = this.get(instanceId)?.parent?.instanceId;
    this.#byId.delete(instanceId);
    if (parent === undefined) return;
    const siblings = this.#children.get(parent);
    siblings?.delete(instanceId);
    if (siblings?.size === 0) this.#children.delete(parent);
  }

  children(instanceId: string): readonly Instance[] {
    return [...(this.#children.get(instanceId) ?? [])].flatMap((id) => this.get(id) ?? []);
  }

  /** The instance and every sub-orchestration below it. */
  family(instanceId: string): readonly Instance[] {
    const root = this.get(instanceId);
    if (!root) return [];
    return [root, ...this.children(instanceId).flatMap((child) => this.family(child.instanceId))];
  }
}
