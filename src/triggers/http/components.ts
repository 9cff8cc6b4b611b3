import { z } from 'zod';
import { lockViewSchema, requestProblemSchema } from '../../domain/api/problem.ts';
import { environmentViewSchema, runPageSchema, runViewSchema } from '../../domain/api/views.ts';
import { costEstimateSchema } from '../../domain/cost/estimate-schema.ts';
import { driftSchema } from '../../domain/drift.ts';
import { planSchema } from '../../domain/plan-schema.ts';
import { STEP_NAMES } from '../../domain/steps.ts';
import { hashJson, isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';

const { steps, decisions, removals, status } = runViewSchema.shape;
const step = steps.element;

/** What stands in several places, by the name that a generated client gives to its type. */
const PARTS: Readonly<Record<string, z.ZodType>> = {
  StepName: z.enum(STEP_NAMES),
  RunStatus: status,
  RunOverview: runPageSchema.shape.runs.element,
  Step: step,
  Failure: step.shape.error.unwrap(),
  Removal: removals.removeDefault().element,
  PlanDecision: decisions.element,
  Plan: planSchema,
  PlannedStep: planSchema.shape.steps.element,
  PlannedResource: planSchema.shape.resources.element,
  CostEstimate: costEstimateSchema,
  CostSums: costEstimateSchema.shape.now,
  ResourceCost: costEstimateSchema.shape.resources.element,
  Drift: driftSchema,
  DriftCheck: environmentViewSchema.shape.driftCheck.removeDefault().unwrap(),
  LeftBehind: environmentViewSchema.shape.leftBehind.removeDefault().element,
  Lock: lockViewSchema,
  RequestProblem: requestProblemSchema,
};

/** The schemas of a document, each written once: those of bodies by their titles, and the parts that have a name. */
export class Components {
  readonly schemas: JsonObject = {};
  /** Names of the parts, by what they say. */
  readonly #parts = new Map(
    Object.entries(PARTS).map(([name, schema]) => [hashJson(schemaOf(schema, 'output')), name] as const),
  );

  /** A reference to the schema of a body. */
  reference(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
    const json = schemaOf(schema, io);
    return this.#refer(typeof json.title === 'string' ? json.title : `Schema${hashJson(json).slice(0, 8)}`, json);
  }

  /** The same schema with references in place of parts that have a name. */
  inParts(json: Json): Json {
    if (Array.isArray(json)) return json.map((one) => this.inParts(one));
    if (!isJsonObject(json)) return json;
    const part = this.#parts.get(hashJson(json));
    return part === undefined ? this.#within(json) : this.#refer(part, { title: part, ...json });
  }

  #refer(name: string, json: JsonObject): JsonObject {
    const own = this.#within(json);
    if (this.schemas[name] && hashJson(this.schemas[name]) !== hashJson(own))
      throw new Error(`two schemas are called ${name}`);
    this.schemas[name] = own;
    return { $ref: `#/components/schemas/${name}` };
  }

  #within(json: JsonObject): JsonObject {
    return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, this.inParts(value)]));
  }
}

/** JSON Schema without the dialect, which the document says once. */
export function schemaOf(schema: z.ZodType, io: 'input' | 'output' = 'input'): JsonObject {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io }) as JsonObject;
  return json;
}
