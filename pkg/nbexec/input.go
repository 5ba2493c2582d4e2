package nbexec

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
)

const noInput = "the cell asks for input, which hgn run cannot give: let it read a file or a variable instead"

// inputCommand matches GoNB's commands that make a front end prompt for a line.
var inputCommand = regexp.MustCompile(`(?m)^(?://gonb:)?%[ \t]*"?with_(?:inputs|password)\b`)

// asksForInput reports whether the cell would wait for a front end's answer. Scripts do not have these commands.
func asksForInput(code string) bool { return !isScript(code) && inputCommand.MatchString(code) }

// isScript reports whether the cell is not Go: its first line names another program, or a file.
func isScript(code string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(code, "//gonb:"), "\n")
	word, _, _ := strings.Cut(first, " ")
	switch word {
	case "%%bash", "%%sh", "%%script", "%%writefile", "%%gx":
		return true
	}
	return false
}

// endGoInput ends the standard input of the cells' programs. GoNB gives every program an input that never ends; here
// nobody could answer, so a program that reads must find the end of the file at once.
//
// endGoInput adds a file to the program of every cell, whose folder GoNB has made below scratch. Its init function
// runs before main.
func endGoInput(scratch string) error {
	dirs, err := filepath.Glob(filepath.Join(scratch, "gonb_*"))
	if err != nil || len(dirs) != 1 {
		return errors.Join(err, fmt.Errorf("GoNB made %d folders for its cells, not 1", len(dirs)))
	}
	replace := "system.Dup2(null, 0)"
	if runtime.GOOS == "linux" {
		replace = "system.Dup3(null, 0, 0)" // Dup2 does not exist on every architecture
	}
	return os.WriteFile(filepath.Join(dirs[0], "hgn_input.go"), []byte(`//go:build `+runtime.GOOS+`

package main

import system "syscall"

// The cell runs without a front end: its standard input is at its end.
func init() {
	if null, err := system.Open("/dev/null", system.O_RDONLY, 0); err == nil {
		`+replace+`
	}
}
`), 0o600)
}

// shellStart is the name of a file in scratch that bash reads when it starts, because BASH_ENV names it.
const shellStart = "shell-start"

// endShellInput writes the file that ends the input of a cell's shell command: of a bash whose parent is the kernel,
// and whose script is not its input. In every other bash that the cells start, the file only restores the user's own
// BASH_ENV.
func endShellInput(scratch string, kernel int) error {
	own := "unset BASH_ENV"
	if user := os.Getenv("BASH_ENV"); user != "" {
		quoted := "'" + strings.ReplaceAll(user, "'", `'\''`) + "'"
		own = "export BASH_ENV=" + quoted + "; [ ! -r " + quoted + " ] || . " + quoted
	}
	return os.WriteFile(filepath.Join(scratch, shellStart), fmt.Appendf(nil,
		"[ \"$PPID\" != %d ] || [ \"$0\" != /bin/bash ] || [ -z \"$BASH_EXECUTION_STRING\" ] || exec </dev/null\n%s\n", kernel, own), 0o600)
}
