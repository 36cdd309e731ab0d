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
  integer depth=1
  __chancery_words ''
  while (( depth + 1 < CURRENT )) && [[ -n ${(M)subcommands:#${(b)words[depth+1]}:*} ]]; do
    at+=${at:+ }${words[depth+1]}
    (( depth++ ))
    subcommands=()
    __chancery_words "$at"
  done
  __chancery_options "$at"
  shift $(( depth - 1 )) words
  (( CURRENT -= depth - 1 ))
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
