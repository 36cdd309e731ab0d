# bash completion for chancery. Made of the program's own tables: do not edit.

@TABLES@

# The words up to the cursor, as one types them: bash cuts at = and :, which ARNs, URLs and --option=value are full of.
__chancery_line() {
	local i rest=$COMP_LINE
	line=()
	for ((i = 0; i <= COMP_CWORD; i++)); do
		if [[ $i -gt 0 && -n $rest && $rest != [[:space:]]* ]]; then
			line[-1]+=${COMP_WORDS[i]}
		else
			line+=("${COMP_WORDS[i]}")
		fi
		rest=${rest#*"${COMP_WORDS[i]}"}
	done
}

__chancery_files() { # prefix, beginning of the name; -d: directories alone
	local name
	while IFS= read -r name; do
		if [[ -d $name ]]; then
			COMPREPLY+=("$1$(printf %q "$name")/")
			compopt -o nospace 2>/dev/null
		else
			COMPREPLY+=("$1$(printf %q "$name")")
		fi
	done < <(compgen "${3:--f}" -- "${2/#\~\//$HOME/}")
}

__chancery_document() { # beginning, how it may go on
	local before=${1%%//*}//
	case $1 in
	file://* | fileb://*) __chancery_files "$before" "${1#"$before"}" ;;
	*)
		mapfile -t COMPREPLY < <(compgen -W "$2" -- "$1")
		[[ ${#COMPREPLY[@]} -eq 0 ]] || compopt -o nospace 2>/dev/null
		;;
	esac
}

__chancery_complete_value() { # kind, choices, beginning
	case $1 in
	choice) mapfile -t COMPREPLY < <(compgen -W "$2" -- "$3") ;;
	file) __chancery_files '' "$3" ;;
	directory) __chancery_files '' "$3" -d ;;
	document) __chancery_document "$3" "file:// fileb:// $2" ;;
	# Any option may say file://; it is offered to who has begun with it.
	any) [[ -z $3 ]] || __chancery_document "$3" 'file:// fileb://' ;;
	esac
}

_chancery() {
	local line=() path='' current option='' kind several choices cut i=1
	COMPREPLY=()
	__chancery_line
	current=${line[-1]}
	# Names, and options before and between them with their values.
	while ((i < ${#line[@]} - 1)); do
		if [[ " $(__chancery_words "$path") " == *" ${line[i]} "* ]]; then
			path+=${path:+ }${line[i]}
		elif [[ ${line[i]} != --* ]]; then
			break
		elif [[ ${line[i]} != *=* && -n $(__chancery_value "$path ${line[i]}") ]]; then
			((i++))
		fi
		((i++))
	done
	if [[ $current == --*=* ]]; then
		option=${current%%=*} current=${current#*=}
		read -r kind several choices < <(__chancery_value "$path $option"; echo)
	elif [[ $current != -* ]]; then
		for ((i = ${#line[@]} - 2; i > 0; i--)); do
			[[ ${line[i]} != --* ]] || break
		done
		((i == 0)) || read -r kind several choices < <(__chancery_value "$path ${line[i]}"; echo)
		[[ $several == several || $i -eq ${#line[@]}-2 ]] || kind=''
	fi
	if [[ -n $kind ]]; then
		__chancery_complete_value "$kind" "$choices" "$current"
	elif [[ -n $option ]]; then
		return
	elif [[ $current == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(__chancery_options "$path")" -- "$current")
	else
		mapfile -t COMPREPLY < <(compgen -W "$(__chancery_words "$path")" -- "$current")
		! __chancery_takes_files "$path" || __chancery_files '' "$current"
	fi
	# What bash has cut off already is not its to replace.
	[[ $COMP_WORDBREAKS == *:* ]] || current=${current//:/}
	cut=${current%"${current##*[:=]}"}
	COMPREPLY=("${COMPREPLY[@]#"$cut"}")
}

complete -F _chancery chancery
