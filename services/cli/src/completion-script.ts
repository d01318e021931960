import type { Command } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

interface Node {
  /** Words after `tradewind`, e.g. `dlq list`; empty for the program. */
  readonly path: string;
  readonly words: readonly { readonly word: string; readonly description: string }[];
}

const optionWords = (command: Command): Node['words'] =>
  command.options
    .filter((option) => !option.hidden && option.long)
    .map((option) => ({ word: option.long!, description: option.description }));

/** Every command with the words that can follow it. */
const nodesOf = (command: Command, path: readonly string[] = []): Node[] => {
  const children = command.commands.map((child) => ({ word: child.name(), description: child.description() }));
  const own: Node = { path: path.join(' '), words: [...children, ...optionWords(command), { word: '--help', description: 'show help' }] };
  return [own, ...command.commands.flatMap((child) => nodesOf(child, [...path, child.name()]))];
};

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** In bash and zsh: the path is the words so far that are no options. */
const CASES = (nodes: readonly Node[]): string =>
  nodes.map((node) => `    ${quoted(node.path)}) words=${quoted(node.words.map(({ word }) => word).join(' '))} ;;`).join('\n');

const bash = (nodes: readonly Node[]): string => `# bash completion of tradewind: source <(tradewind completion bash)
_tradewind() {
  local path='' words='' index
  for ((index = 1; index < COMP_CWORD; index++)); do
    [[ \${COMP_WORDS[index]} == -* ]] || path="\${path:+$path }\${COMP_WORDS[index]}"
  done
  case "$path" in
${CASES(nodes)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _tradewind tradewind
`;

const zsh = (nodes: readonly Node[]): string => `#compdef tradewind
# zsh completion of tradewind: source <(tradewind completion zsh)
_tradewind() {
  local -a typed=("\${words[@]}")
  local path_typed='' words='' index
  for ((index = 2; index < CURRENT; index++)); do
    [[ \${typed[index]} == -* ]] || path_typed="\${path_typed:+$path_typed }\${typed[index]}"
  done
  case "$path_typed" in
${CASES(nodes)}
  esac
  compadd -- \${=words}
}
compdef _tradewind tradewind
`;

const fish = (nodes: readonly Node[]): string => {
  const lines = nodes.flatMap((node) => {
    const condition = node.path === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${node.path.split(' ').at(-1)}`;
    return node.words.map(({ word, description }) => {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`;
      return `complete -c tradewind -f -n ${quoted(condition)} ${what} -d ${quoted(description)}`;
    });
  });
  return `# fish completion of tradewind: tradewind completion fish | source\n${lines.join('\n')}\n`;
};

/** The completion script of a shell for all commands and options of the program. */
export const completionScript = (program: Command, shell: Shell): string => ({ bash, zsh, fish })[shell](nodesOf(program));
