import type { Arm } from '../azure/ports.ts';
import type { ArmQuestion } from '../resources/kind.ts';
import type { Json } from '../shared/json.ts';

/** Asks Azure. @returns undefined when there is nothing at that place */
export async function ask(arm: Arm, question: ArmQuestion): Promise<Json | undefined> {
  const { path, apiVersion } = question;
  switch (question.method) {
    case 'GET':
      return await arm.get(path, apiVersion);
    case 'LIST':
      return [...(await arm.list(path, apiVersion))];
    case 'POST': {
      const reply = await arm.post(path, apiVersion, question.body, { repeatable: true });
      return reply.kind === 'done' ? reply.body : undefined;
    }
  }
}
