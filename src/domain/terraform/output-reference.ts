import { referenceText } from '../references/reference-text.ts';

const PREFIX = 'terraform.';

/** Whether a reference names an output of a state. */
export function namesOutput(reference: string): boolean {
  return reference.startsWith(PREFIX);
}

/** `terraform.network.subnet_id` → `network.subnet_id`. */
export function withinStates(reference: string): string {
  return reference.slice(PREFIX.length);
}

/** Whether a text is one output of a state and nothing else, as the value of a secret may be. */
export function isOutput(text: string): boolean {
  const [first, ...rest] = referenceText(text).parts;
  return rest.length === 0 && first !== undefined && 'reference' in first && namesOutput(first.reference);
}
