/** What the builder says of a template that it cannot read, or what is not simulated of it. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/**
 * Fills in the actions of a task, which is a Go template: values (`.Values.x`, `.Run.x`; nothing for what is not there), texts, and
 * `b64enc` of either. Sources: https://learn.microsoft.com/azure/container-registry/container-registry-tasks-reference-yaml#run-variables,
 * https://github.com/Azure/acr-builder/blob/main/templating/engine.go. Throws TemplateError.
 */
export function renderTemplate(
  text: string,
  values: Readonly<Record<string, Readonly<Record<string, string>>>>,
): string {
  return text.replace(/\{\{((?:`[^`]*`|"(?:[^"\\]|\\.)*"|[^`"}])*)\}\}|\{\{/g, (whole, action: string | undefined) => {
    if (action === undefined) throw new TemplateError(`failed to parse template: unclosed action at ${whole}`);
    const [operand = '', filter, ...more] = splitPipe(action);
    const value = operandValue(operand, values);
    if (filter === undefined) return value;
    if (filter === 'b64enc' && more.length === 0) return Buffer.from(value).toString('base64');
    throw new TemplateError(`failed to parse template: the function "${filter}" is not simulated`);
  });
}

function splitPipe(action: string): readonly string[] {
  return (action.match(/`[^`]*`|"(?:[^"\\]|\\.)*"|[^|`"]+/g) ?? [])
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function operandValue(operand: string, values: Readonly<Record<string, Readonly<Record<string, string>>>>): string {
  if (operand.startsWith('`')) return operand.slice(1, -1);
  if (operand.startsWith('"')) return JSON.parse(operand) as string;
  const [, group = '', name = ''] = /^\.(\w+)\.(\w+)$/.exec(operand) ?? [];
  const { [group]: members } = values;
  if (!members) throw new TemplateError(`failed to parse template: "${operand}" is not simulated`);
  return members[name] ?? '';
}
