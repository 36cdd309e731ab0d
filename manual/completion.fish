# fish completion for chancery. Made of the program's own tables: do not edit.

@TABLES@

# Files after file:// and fileb://, and how else a document may begin.
function __chancery_document
    set -l current $argv[1]
    set -l found (string match -r '^(fileb?://)(.*)$' -- $current)
    if set -q found[3]
        for name in (__fish_complete_path $found[3])
            echo $found[2]$name
        end
    else
        printf '%s\n' file:// fileb:// $argv[2..]
    end
end

function __chancery_complete_value
    switch $argv[1]
        case choice
            printf '%s\n' $argv[4..]
        case file
            __fish_complete_path $argv[2]
        case directory
            __fish_complete_directories $argv[2]
        case document
            __chancery_document $argv[2] $argv[4..]
        case any
            test -n "$argv[2]"; and __chancery_document $argv[2]
    end
end

function __chancery_complete
    set -l line (commandline -opc)[2..]
    set -l current (commandline -ct)
    set -l path ''
    # Names, and options before and between them with their values.
    set -l i 1
    while set -q line[$i]
        if string match -q -- "$line[$i]"\t'*' (__chancery_words $path)
            set path (string trim -- "$path $line[$i]")
        else if not string match -q -- '--*' $line[$i]
            break
        else if not string match -q -- '*=*' $line[$i]; and test -n "$(__chancery_value "$path $line[$i]")"
            set i (math $i + 1)
        end
        set i (math $i + 1)
    end
    set -l value
    set -l before ''
    if string match -q -- '--*=*' $current
        set before (string replace -r '=.*' '=' -- $current)
        set value (__chancery_value "$path "(string trim -r -c = -- $before))
        set current (string replace -r '^[^=]*=' '' -- $current)
    else if not string match -q -- '-*' $current
        set -l far 0
        for i in (seq (count $line) -1 1)
            set far (math $far + 1)
            string match -q -- '--*' $line[$i]; or continue
            set value (__chancery_value "$path $line[$i]")
            test $far -gt 1; and test "$value[2]" != several; and set value
            break
        end
    end
    if set -q value[1]
        for word in (__chancery_complete_value $value[1] "$current" $value[2..])
            echo $before$word
        end
    else if string match -q -- '-*' $current
        __chancery_options $path
    else
        __chancery_words $path
        __chancery_takes_files $path; and __fish_complete_path $current
    end
end

complete -c chancery -f -a '(__chancery_complete)'
