/** What a shell runs to complete a line: it asks `kontor __complete` with the words so far. */
export const scripts = {
  bash: `# kontor completion bash >> ~/.bash_completion
_kontor() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  # DIDs have colons, at which bash would break words.
  if type _get_comp_words_by_ref &>/dev/null; then
    local cword
    _get_comp_words_by_ref -n : cur words cword
    words=("\${words[@]:1:cword}")
  fi
  local IFS=$'\\n'
  COMPREPLY=($(kontor __complete -- "\${words[@]}" 2>/dev/null))
  if type __ltrim_colon_completions &>/dev/null; then __ltrim_colon_completions "$cur"; fi
}
complete -o default -F _kontor kontor
`,
  zsh: `#compdef kontor
# kontor completion zsh > "\${fpath[1]}/_kontor"
_kontor() {
  local -a found
  found=("\${(@f)$(kontor __complete -- "\${(@)words[2,$CURRENT]}" 2>/dev/null)}")
  found=(\${found:#})
  if (( \${#found} )); then compadd -a found; else _files; fi
}
if [ "$funcstack[1]" = _kontor ]; then _kontor "$@"; else compdef _kontor kontor; fi
`,
  fish: `# kontor completion fish > ~/.config/fish/completions/kontor.fish
function __kontor_complete
  set -l words (commandline -opc) (commandline -ct)
  kontor __complete -- $words[2..-1] 2>/dev/null
end
complete -c kontor -a '(__kontor_complete)'
`,
} as const

/** Shells that lines can be completed in. */
export type Shell = keyof typeof scripts
