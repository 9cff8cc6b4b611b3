import { Command, Help, type Option } from 'commander';

/** What is left to do of a command, and what is done; a symbol, since the constructor of commander's class sets the options itself. */
const STATE = Symbol('options');

interface LazyOptions {
  made: Option[];
  /** In the order in which they were asked for. */
  readonly pending: (() => unknown)[];
  isMaking: boolean;
}

/**
 * A command whose options are made when somebody looks at them: a process runs one command of dozens, and making hundreds of options
 * took it a fifth of what `--help` takes.
 */
export class LazyCommand extends Command {
  declare private [STATE]?: LazyOptions;

  override createCommand(name?: string): LazyCommand {
    return new LazyCommand(name);
  }

  override createHelp(): Help {
    return Object.assign(new HelpOfLazy(), this.configureHelp());
  }

  override option(...given: readonly unknown[]): this {
    return this.#later(() => super.option(...(given as Parameters<Command['option']>)));
  }

  override requiredOption(...given: readonly unknown[]): this {
    return this.#later(() => super.requiredOption(...(given as Parameters<Command['requiredOption']>)));
  }

  override addOption(option: Option): this {
    // One that is just being made from its words comes by here, too.
    if (stateOf(this).isMaking) return super.addOption(option);
    return this.#later(() => super.addOption(option));
  }

  /** For who asks for no option of this command: they are never made. */
  leaveOptionsOut(): void {
    stateOf(this).pending.length = 0;
  }

  #later(make: () => unknown): this {
    stateOf(this).pending.push(make);
    return this;
  }
}

/** Lists commands without making their options, of which the list says only whether there are any. */
class HelpOfLazy extends Help {
  override subcommandTerm(command: Command): string {
    if (!(command instanceof LazyCommand)) return super.subcommandTerm(command);
    const { made, pending } = stateOf(command);
    const options = { value: { length: made.length + pending.length } };
    return super.subcommandTerm(Object.create(command, { options }) as Command);
  }
}

function stateOf(command: LazyCommand): LazyOptions {
  const owner = command as unknown as { [STATE]?: LazyOptions };
  owner[STATE] ??= { made: [], pending: [], isMaking: false };
  return owner[STATE];
}

// A property of the prototype, and not of the class: commander's type says that it is a field.
Object.defineProperty(LazyCommand.prototype, 'options', {
  get(this: LazyCommand): Option[] {
    const state = stateOf(this);
    if (state.isMaking) return state.made;
    state.isMaking = true;
    try {
      for (const make of state.pending.splice(0)) make();
    } finally {
      state.isMaking = false;
    }
    return state.made;
  },
  set(this: LazyCommand, options: Option[]) {
    stateOf(this).made = options;
  },
});
