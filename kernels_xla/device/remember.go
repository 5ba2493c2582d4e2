package device

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"hgn.local/kernels_xla/atomicfile"
)

// retryAfter is how long a failed installation is remembered: otherwise a program behind a silent network would wait
// for the limits again at every start.
const retryAfter = time.Hour

// failedInstall is the content of the file.
type failedInstall struct {
	Time   time.Time
	Reason string
}

// memoryFile returns the file in the user's cache that remembers a failed installation.
func memoryFile() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(cache, "hgn", "xla-install-failed.json"), nil
}

// remembered returns the failure if it is younger than retryAfter, or nil.
func remembered(now time.Time) error {
	file, err := memoryFile()
	if err != nil {
		return nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	var last failedInstall
	if json.Unmarshal(data, &last) != nil {
		return nil
	}
	age := now.Sub(last.Time)
	if age < 0 || age >= retryAfter {
		return nil
	}
	return fmt.Errorf("%s, %d min ago; it is tried again in %d min",
		last.Reason, int(age.Minutes()), int((retryAfter-age).Minutes())+1)
}

// remember stores a failure. If the cache cannot be written, the next start tries again, which is slower but right.
func remember(failed error, now time.Time) {
	file, err := memoryFile()
	if err != nil || os.MkdirAll(filepath.Dir(file), 0o755) != nil {
		return
	}
	if data, err := json.Marshal(failedInstall{Time: now, Reason: failed.Error()}); err == nil {
		atomicfile.WriteFile(file, data)
	}
}

func forget() {
	if file, err := memoryFile(); err == nil {
		os.Remove(file)
	}
}
