# docs/diagnostics.md as the rows of a table in C: {"KT-204", "error", "a field is unknown", "what follows …"},
/^```/ { fenced = !fenced }
/^#/ && !fenced {
    if (open) print "     \"\"},"
    open = $1 == "###"
    if (!open) next
    title = $0
    sub(/^### [^ ]+ [a-z]+: /, "", title)
    gsub(/["\\]/, "\\\\&", title)
    severity = $3
    sub(/:$/, "", severity)
    printf "    {\"%s\", \"%s\", \"%s\",\n", $2, severity, title
    blank = 1
    next
}
open {
    gsub(/["\\]/, "\\\\&")
    if ($0 != "" || !blank) printf "     \"%s\\n\"\n", $0
    blank = $0 == ""
}
END { if (open) print "     \"\"}," }
