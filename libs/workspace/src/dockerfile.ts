/** Parses what a Dockerfile declares and takes from the context. Pure: its text is an argument. */
import { type Copy, DockerfileParser, type Instruction } from 'dockerfile-ast';

export interface DockerfileFacts {
  /** Names of the declared ARGs → their defaults. */
  readonly args: Readonly<Record<string, string | undefined>>;
  /** Sources of all COPY instructions that read the context, as written: variables are not expanded. */
  readonly copies: readonly string[];
  /** The images in the FROM lines, as written. The last one makes the image. */
  readonly bases: readonly string[];
}

/** Reads ARG, COPY and FROM lines. */
export function parseDockerfile(text: string): DockerfileFacts {
  const dockerfile = DockerfileParser.parse(text);
  const args = [...dockerfile.getARGs(), ...dockerfile.getInitialARGs()].flatMap((arg) => arg.getProperty() ?? []);
  const copies = dockerfile.getCOPYs().filter((copy) => !readsAnotherStage(copy));
  return {
    args: Object.fromEntries(args.map((arg) => [arg.getName(), arg.getValue() ?? undefined])),
    copies: copies.flatMap((copy) => argumentsOf(copy).slice(0, -1)),
    bases: dockerfile.getFROMs().flatMap((from) => from.getImage() ?? []),
  };
}

/**
 * The text without the defaults of the named ARGs: what a build is made by that gives values for them. An ARG line
 * counts when it declares one argument, without blanks in its default.
 */
export function withoutDefaults(text: string, names: readonly string[]): string {
  return text.replaceAll(/^(ARG (\w+))=\S*$/gm, (line, declaration: string, name: string) =>
    names.includes(name) ? declaration : line,
  );
}

function readsAnotherStage(copy: Copy): boolean {
  return copy.getFlags().some((flag) => flag.getName() === 'from');
}

function argumentsOf(instruction: Instruction): string[] {
  const words = instruction.getArguments().map((argument) => argument.getValue());
  return words.filter((word) => !word.startsWith('--'));
}

/** Replaces `${name}` and `$name` by the value of a build argument, else by its default in the Dockerfile. */
export function expand(text: string, buildArgs: Readonly<Record<string, string>>, facts: DockerfileFacts): string {
  return text.replaceAll(/\$\{?(\w+)\}?/g, (_, name: string) => buildArgs[name] ?? facts.args[name] ?? '');
}
