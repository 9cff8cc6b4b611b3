import { isJsonObject, type Json, type JsonObject } from '../../../shared/json.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import { checkValue, isSecure, resolvedType } from '../definition/declared-types.ts';
import { typeName } from '../definition/parameters.ts';
import { sectionOf } from '../definition/template.ts';
import { copyCount, turn } from '../expressions/copies.ts';
import { evaluate } from '../expressions/evaluate.ts';
import type { Scope } from '../expressions/scope.ts';
import { templateRefusal } from './refused.ts';

interface Outputs {
  /** As they are answered: `{name: {type, value}}`, secure ones without their values. */
  readonly outputs: JsonObject;
  readonly secureOutputs: JsonObject;
}

/**
 * The outputs of a deployment whose resources are done, or why they cannot be had
 * (https://learn.microsoft.com/azure/azure-resource-manager/templates/outputs).
 */
export function evaluatedOutputs(template: JsonObject, scope: Scope): Outputs | Refusal {
  const outputs: JsonObject = {};
  const secureOutputs: JsonObject = {};
  const failures: JsonObject[] = [];
  for (const [name, one] of Object.entries(sectionOf(template, 'outputs'))) {
    const declared = isJsonObject(one) ? one : {};
    try {
      if (declared.condition !== undefined && evaluate(declared.condition, scope) !== true) continue;
      const type = resolvedType(declared, template);
      const value = outputValue(declared, name, scope);
      checkValue(value, type, name, template);
      const secure = isSecure(type);
      if (secure) secureOutputs[name] = value;
      outputs[name] = { type: typeName(type), ...(!secure && { value }) };
    } catch (error) {
      const { code, message } = templateRefusal(error, (text) => text);
      failures.push({
        code: code === 'InvalidTemplate' ? 'DeploymentOutputEvaluationFailed' : code,
        target: name,
        message,
      });
    }
  }
  if (failures.length === 0) return { outputs, secureOutputs };
  const names = failures.map(({ target }) => String(target)).join(',');
  return {
    ...refuse(
      400,
      'DeploymentOutputEvaluationFailed',
      `Unable to evaluate template outputs: '${names}'. Please see error details and deployment operations. Please see https://aka.ms/arm-common-errors for usage details.`,
    ),
    details: failures,
  };
}

function outputValue({ copy, value = null }: JsonObject, name: string, scope: Scope): Json {
  if (!isJsonObject(copy)) return evaluate(value, scope);
  const count = copyCount(evaluate(copy.count ?? null, scope), name);
  return Array.from({ length: count }, (_, index) => evaluate(copy.input ?? null, turn(scope, name, index)));
}
