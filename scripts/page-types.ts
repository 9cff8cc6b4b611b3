import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { openApiDocument } from '../src/triggers/http/openapi.ts';

const HEADER = `/* Made by "npm run page-types" from the OpenAPI document of the HTTP interface; a test compares. */\n`;

/** TypeScript of every schema of the HTTP interface, for the page, which knows the product by nothing else. */
export async function pageTypes(): Promise<string> {
  const { components } = openApiDocument('0.0.0', '/api/') as unknown as {
    readonly components: { readonly schemas: Readonly<Record<string, JSONSchema>> };
  };
  const all = {
    title: 'HttpInterface',
    type: 'object',
    additionalProperties: false,
    required: Object.keys(components.schemas),
    properties: Object.fromEntries(
      Object.keys(components.schemas).map((name) => [name, { $ref: `#/components/schemas/${name}` }]),
    ),
    components,
  };
  return await compile(all as JSONSchema, 'HttpInterface', {
    bannerComment: HEADER,
    additionalProperties: false,
    unreachableDefinitions: false,
    style: { singleQuote: true, printWidth: 120 },
  });
}
