import type { ListedLines } from './listing.js';

/** The largest companies of the S&P/TSX 60 and beyond, by sector (GICS); our symbols end in `-TO`. */
export const TSX_STOCKS: ListedLines = {
  Financials: {
    XTSE: `
      RY-TO Royal Bank of Canada
      TD-TO Toronto-Dominion Bank
      BNS-TO Bank of Nova Scotia
      BMO-TO Bank of Montreal
      CM-TO Canadian Imperial Bank of Commerce
      NA-TO National Bank of Canada
      MFC-TO Manulife Financial
      SLF-TO Sun Life Financial
      GWO-TO Great-West Lifeco
      IFC-TO Intact Financial
      POW-TO Power Corporation of Canada
      FFH-TO Fairfax Financial
      BN-TO Brookfield Corporation
      BAM-TO Brookfield Asset Management`,
  },
  Energy: {
    XTSE: `
      ENB-TO Enbridge
      TRP-TO TC Energy
      CNQ-TO Canadian Natural Resources
      SU-TO Suncor Energy
      CVE-TO Cenovus Energy
      IMO-TO Imperial Oil
      TOU-TO Tourmaline Oil
      PPL-TO Pembina Pipeline
      ARX-TO ARC Resources
      CCO-TO Cameco`,
  },
  Materials: {
    XTSE: `
      NTR-TO Nutrien
      AEM-TO Agnico Eagle Mines
      ABX-TO Barrick Mining
      FNV-TO Franco-Nevada
      WPM-TO Wheaton Precious Metals
      K-TO Kinross Gold
      TECK-B-TO Teck Resources, class B
      FM-TO First Quantum Minerals
      CCL-B-TO CCL Industries, class B`,
  },
  Industrials: {
    XTSE: `
      CNR-TO Canadian National Railway
      CP-TO Canadian Pacific Kansas City
      WCN-TO Waste Connections
      TRI-TO Thomson Reuters
      CAE-TO CAE
      TIH-TO Toromont Industries
      WSP-TO WSP Global
      BBD-B-TO Bombardier, class B`,
  },
  Technology: {
    XTSE: `
      SHOP-TO Shopify
      CSU-TO Constellation Software
      GIB-A-TO CGI, class A
      OTEX-TO Open Text
      CLS-TO Celestica
      DSG-TO Descartes Systems
      BB-TO BlackBerry`,
  },
  'Communication Services': {
    XTSE: `
      BCE-TO BCE
      T-TO Telus
      RCI-B-TO Rogers Communications, class B
      QBR-B-TO Quebecor, class B`,
  },
  'Consumer Staples': {
    XTSE: `
      ATD-TO Alimentation Couche-Tard
      L-TO Loblaw
      WN-TO George Weston
      MRU-TO Metro
      SAP-TO Saputo`,
  },
  'Consumer Discretionary': {
    XTSE: `
      DOL-TO Dollarama
      QSR-TO Restaurant Brands International
      MG-TO Magna International
      CTC-A-TO Canadian Tire, class A
      GIL-TO Gildan Activewear`,
  },
  Utilities: {
    XTSE: `
      FTS-TO Fortis
      EMA-TO Emera
      H-TO Hydro One`,
  },
  'Real Estate': {
    XTSE: `
      CAR-UN-TO Canadian Apartment Properties REIT
      REI-UN-TO RioCan REIT`,
  },
};

/** Funds listed at Toronto. */
export const TSX_FUNDS: ListedLines = {
  'Broad market': {
    XTSE: `
      XIU-TO iShares S&P/TSX 60 Index ETF
      XIC-TO iShares Core S&P/TSX Capped Composite Index ETF
      VFV-TO Vanguard S&P 500 Index ETF (CAD)`,
  },
  Bonds: { XTSE: `XBB-TO iShares Core Canadian Universe Bond Index ETF` },
};

/** Companies of the TSX Venture Exchange; our symbols end in `-V`. */
export const VENTURE_STOCKS: ListedLines = {
  Materials: {
    XTSX: `
      CNC-V Canada Nickel
      FL-V Frontier Lithium
      THX-V Thor Explorations`,
  },
  Energy: {
    XTSX: `
      RECO-V Reconnaissance Energy Africa
      ALV-V Alvopetro Energy
      PTU-V Purepoint Uranium
      CVV-V CanAlaska Uranium
      SYH-V Skyharbour Resources
      FUU-V F3 Uranium`,
  },
  Technology: { XTSX: `CTZ-V NamSys` },
  Industrials: {
    XTSX: `
      PNG-V Kraken Robotics
      ZDC-V Zedcor`,
  },
};
