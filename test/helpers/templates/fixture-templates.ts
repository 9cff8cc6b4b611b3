import { readFileSync } from 'node:fs';
import { type CompiledTemplate, readTemplate } from '../../../src/domain/templates/arm-template.ts';
import type { JsonObject } from '../../../src/shared/json.ts';

export const TEMPLATES = new URL('../../fixtures/templates/', import.meta.url);

/** What the compiler made of a fixture, as the product reads it. */
export function fixtureTemplate(name: string): Extract<CompiledTemplate, { ok: true }> {
  const read = readTemplate(fixtureText(name));
  if (!read.ok) throw new Error(read.problem);
  return read;
}

export function fixtureText(name: string): string {
  return readFileSync(new URL(`${name}.json`, TEMPLATES), 'utf8');
}

/** A template of this content, as JSON. */
export function templateText(content: JsonObject): string {
  const $schema = 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#';
  return JSON.stringify({ $schema, contentVersion: '1.0.0.0', resources: [], ...content });
}
