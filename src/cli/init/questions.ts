import { wrapped } from '../../text/wrapped.ts';
import { askFor } from '../prompts.ts';
import type { Terminal } from '../terminal.ts';

/** What is asked when a configuration is made. */
export interface Questions {
  /** A line of text; what `refusal` has a reason against is asked again. */
  text(question: string, proposed: string, refusal?: (answer: string) => string | undefined): Promise<string>;
  /** One of these, by its number or its name. @returns its index */
  choice(question: string, options: readonly Option[], proposed: number): Promise<number>;
  /** For people who are asked: what is going on. */
  tell(line: string): void;
}

interface Option {
  readonly name: string;
  /** What it means, behind its name. */
  readonly about?: string;
}

/** The person in front of the terminal. */
export function askedQuestions(terminal: Terminal): Questions {
  const { columns = USUAL_COLUMNS } = terminal.screen;
  const tell = (line: string): void => void terminal.stdout.write(`${wrapped(line, columns)}\n`);
  const line = async (question: string): Promise<string> => (await askFor(terminal, question)) ?? '';
  return {
    tell,
    async text(question, proposed, refusal = () => undefined) {
      for (;;) {
        const answer = (await line(`${question} [${proposed}]: `)) || proposed;
        const reason = refusal(answer);
        if (reason === undefined) return answer;
        tell(`  ${reason}`);
      }
    },
    async choice(question, options, proposed) {
      tell(`\n${question}`);
      for (const [index, { name, about }] of options.entries())
        tell(`  ${index + 1}  ${name}${about === undefined ? '' : `  ${about}`}`);
      for (;;) {
        const answer = (await line(`Number [${proposed + 1}]: `)) || String(proposed + 1);
        const index = options.findIndex(({ name }, at) => answer === String(at + 1) || answer === name);
        if (index >= 0) return index;
        tell(`  A number from 1 to ${options.length} is expected.`);
      }
    },
  };
}

const USUAL_COLUMNS = 80;

/** Nobody is asked: everything is as proposed. @param tell what a person should know all the same */
export function proposedAnswers(tell: (line: string) => void): Questions {
  return { tell, text: async (_, proposed) => proposed, choice: async (_, __, proposed) => proposed };
}
