/** Takes command-line options from an executor's schema, so that `./pysan` accepts exactly the executor's options. */
import { readFileSync } from 'node:fs';

import { type Command, Option } from 'commander';

interface Property {
  readonly type: 'string' | 'boolean';
  readonly description: string;
  readonly aliases?: readonly string[];
  /** For programs that call the executor. Nx also leaves it out of its help. */
  readonly hidden?: boolean;
}

export type Options = Readonly<Record<string, string | boolean | undefined>>;

type Properties = Readonly<Record<string, Property>>;

/** Reads the properties of an executor's schema. Build and verify share one. */
export function readSchema(executor: 'build' | 'publish'): Properties {
  const url = import.meta.resolve(`@pysan/nx-image/${executor}.schema.json`);
  const { properties } = JSON.parse(readFileSync(new URL(url), 'utf8')) as { properties: Properties };
  return Object.fromEntries(Object.entries(properties).filter(([, { hidden = false }]) => !hidden));
}

/** Adds one option for each property. Other spellings are accepted but not shown. */
export function addSchemaOptions(command: Command, properties: Properties): Command {
  for (const [name, { type, description, aliases = [] }] of Object.entries(properties)) {
    const value = type === 'string' ? ' <value>' : '';
    command.option(`--${name}${value}`, description);
    for (const alias of aliases) {
      command.addOption(new Option(`--${alias}${value}`).hideHelp());
    }
  }
  return command;
}

/** The given options under the names of the schema, whatever their spelling. */
export function normaliseOptions(properties: Properties, given: Options): Record<string, string | boolean> {
  const entries = Object.entries(properties).flatMap(([name, { aliases = [] }]) => {
    const value = [name, ...aliases].map((spelling) => given[spelling]).find((it) => it !== undefined);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}
