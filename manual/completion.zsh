#compdef chancery
# zsh completion for chancery. Made of the program's own tables: do not edit.

@TABLES@

# Files after file:// and fileb://, and how else a document may begin.
__chancery_document() {
  if compset -P 'file(b|)://'; then
    _files
    return
  fi
  local -a starts=(file:// fileb:// "${@:#-*}")
  # _arguments hands its own options on in front.
  compadd -S '' -- ${starts:#[^A-Za-z]*}
}

__chancery_document_only() {
  [[ -n $PREFIX ]] && __chancery_document
}

_chancery() {
  local curcontext=$curcontext at=''
  local -a subcommands specs
  integer next=2 start=2
  # Names, and options before and between them with their values; what is behind them is for _arguments.
  while true; do
    subcommands=() specs=()
    __chancery_words "$at"
    __chancery_options "$at"
    while (( next < CURRENT )) && [[ $words[next] == --* ]]; do
      if [[ -n ${(M)specs:#\*${(b)words[next]}=*} ]]; then
        (( next + 1 < CURRENT )) || break
        (( next++ ))
      fi
      (( next++ ))
    done
    (( next < CURRENT )) && [[ -n ${(M)subcommands:#${(b)words[next]}:*} ]] || break
    at+=${at:+ }${words[next]}
    (( next++ ))
    start=$next
  done
  # Options of the command itself stay: _arguments knows them.
  (( $#subcommands )) && [[ $words[CURRENT] != -* && $next -eq $CURRENT ]] && start=$next
  words=("$words[1]" "${(@)words[start,-1]}")
  (( CURRENT -= start - 2 ))
  if (( CURRENT == 2 && $#subcommands )) && [[ $words[2] != -* ]]; then
    _describe -t commands command subcommands
    (( $#specs )) && [[ ${specs[-1]} == '*:file:_files' ]] && _files
    return
  fi
  # An option that is being written ends the list before it: _arguments would take it for one more item.
  if [[ $words[CURRENT] == -* ]]; then
    words=($words[1] $words[CURRENT])
    CURRENT=2
  fi
  (( $#specs )) && _arguments -S : $specs
}

_chancery "$@"
