package nbexec

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// killMarked ends every process of this user whose environment names the folder, including those that have left the
// process group of the program that got the folder for its temporary files.
func killMarked(folder string) {
	for range 20 { // a process may start another one meanwhile
		left := marked(folder)
		for _, pid := range left {
			syscall.Kill(pid, syscall.SIGKILL)
		}
		if len(left) == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func marked(folder string) []int {
	var pids []int
	files, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, file := range files {
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err != nil || pid == os.Getpid() {
			continue
		}
		environ, err := os.ReadFile(file)
		if err == nil && (bytes.Contains(environ, []byte(folder+"\x00")) || bytes.Contains(environ, []byte(folder+"/"))) {
			pids = append(pids, pid)
		}
	}
	return pids
}
