// SPDX-License-Identifier: MIT OR Apache-2.0

// A client and a server on pion/dtls, for `cargo xtask test`.
package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"strconv"

	"github.com/pion/dtls/v2"
)

const usage = "usage: pion-peer client|server PORT IDENTITY HEXKEY [--no-ems]"

func main() {
	arguments := os.Args[1:]
	masterSecret := dtls.RequireExtendedMasterSecret
	if len(arguments) == 5 && arguments[4] == "--no-ems" {
		masterSecret = dtls.DisableExtendedMasterSecret
		arguments = arguments[:4]
	}
	if len(arguments) != 4 {
		fail(usage)
	}
	port, err := strconv.Atoi(arguments[1])
	check(err)
	identity := arguments[2]
	key, err := hex.DecodeString(arguments[3])
	check(err)
	address := &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}
	config := &dtls.Config{
		CipherSuites:         []dtls.CipherSuiteID{dtls.TLS_PSK_WITH_AES_128_CCM_8},
		ExtendedMasterSecret: masterSecret,
	}
	switch arguments[0] {
	case "client":
		config.PSKIdentityHint = []byte(identity)
		config.PSK = func([]byte) ([]byte, error) { return key, nil }
		client(address, config)
	case "server":
		config.PSK = func(name []byte) ([]byte, error) {
			if string(name) != identity {
				return nil, fmt.Errorf("no key for %q", name)
			}
			return key, nil
		}
		server(address, config)
	default:
		fail(usage)
	}
}

// Sends what is typed, prints what arrives, ends with its input.
func client(address *net.UDPAddr, config *dtls.Config) {
	connection, err := dtls.Dial("udp", address, config)
	check(err)
	go print(connection)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		_, err := connection.Write(lines.Bytes())
		check(err)
	}
	check(connection.Close())
}

func print(connection net.Conn) {
	buffer := make([]byte, 1<<14)
	for {
		length, err := connection.Read(buffer)
		if err != nil {
			return
		}
		fmt.Println(string(buffer[:length]))
	}
}

// Sends everything back, to as many clients as come.
func server(address *net.UDPAddr, config *dtls.Config) {
	listener, err := dtls.Listen("udp", address, config)
	check(err)
	for {
		connection, err := listener.Accept()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			continue
		}
		go echo(connection)
	}
}

func echo(connection net.Conn) {
	defer connection.Close()
	buffer := make([]byte, 1<<14)
	for {
		length, err := connection.Read(buffer)
		if err != nil {
			return
		}
		if _, err := connection.Write(buffer[:length]); err != nil {
			return
		}
	}
}

func check(err error) {
	if err != nil {
		fail(err.Error())
	}
}

func fail(why string) {
	fmt.Fprintln(os.Stderr, why)
	os.Exit(1)
}
