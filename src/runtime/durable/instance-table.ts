import type { Instance } from './instance.ts';

/** The instances of an engine in the order of their creation, with their families. */
export class InstanceTable {
  readonly #byId = new Map<string, Instance>();
  readonly #children = new Map<string, Set<string>>();

  get(instanceId: string): Instance | undefined {
    return this.#byId.get(instanceId);
  }

  values(): IterableIterator<Instance> {
    return this.#byId.values();
  }

  /** Replaces an instance of the same id; it counts as created last. */
  add(instance: Instance): void {
    this.delete(instance.instanceId);
    this.#byId.set(instance.instanceId, instance);
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
